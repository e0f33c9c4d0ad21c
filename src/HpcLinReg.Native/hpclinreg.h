/*
 * HpcLinReg: linear regression in C. Link with HpcLinReg.Native.so, or load it with dlopen.
 *
 * Functions return a status, HLR_OK or what went wrong, unless they say otherwise; hlr_last_error has a sentence about the last failure
 * of the calling thread. A call that fails changes nothing that its arguments name, except buffers that receive results, whose content is then not
 * defined. Counts, strides and positions are in elements, never in bytes; rows and columns are counted from 0.
 *
 * Handles stand for accumulators, moments, models and readers, until hlr_release. A stale or foreign handle is an error
 * (HLR_BAD_HANDLE), never a crash. All functions may be called by several threads at once; calls with the same accumulator or reader
 * take turns. Work is done on the calling thread unless options.threads or threads is above 1; the runtime has one thread of its own,
 * which sleeps.
 *
 * fork: a process that is forked before its first call may use the library. One that is forked afterwards receives HLR_FORKED from
 * every call. fork waits, up to 30 s, until no other thread is inside of a call; a child of a fork that waited in vain must not call.
 *
 * Signals: the first call installs handlers for SIGSEGV, SIGFPE and SIGRTMIN, which pass on what is not theirs, and ignores SIGPIPE; a
 * program that wants to be ended by SIGPIPE sets SIG_DFL again after it. A .NET program uses the package HpcLinReg instead: two runtimes
 * in one process handle the same signals. Unloading (dlclose) is not supported. On x86-64 the processor must have AVX2 and FMA
 * (x86-64-v3).
 */
#ifndef HPCLINREG_H
#define HPCLINREG_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The interface of this header; hlr_interface returns the library's. */
#define HLR_INTERFACE 1

enum {
    HLR_OK = 0,
    HLR_BAD_ARGUMENT = 1,   /* an argument or a cell cannot be used; the message names it */
    HLR_BAD_HANDLE = 2,     /* never given out by this process, released, or of another kind */
    HLR_FORKED = 3,         /* this process was forked after it had called the library */
    HLR_OUT_OF_RANGE = 4,   /* squares, sums or a prediction leave the range of double */
    HLR_BAD_FORMAT = 5,     /* bytes are no file that this version reads */
    HLR_TOO_SMALL = 6,      /* the buffer is too small */
    HLR_OUT_OF_MEMORY = 7,
    HLR_INTERNAL = 8        /* a fault of the library */
};

enum { HLR_PLAIN = 0, HLR_DOUBLE_DOUBLE = 1 };      /* precision of sums; rows with weights need double-double */
enum { HLR_DROP = 0, HLR_MINIMUM_NORM = 1 };        /* columns that others determine get the weight 0, or share weights of the smallest norm */
enum { HLR_PRECISION = 0, HLR_FREQUENCY = 1 };      /* what weights of rows mean: inverse variances, or numbers of equal rows */

typedef int64_t hlr_handle;

/* Element (i, j) lies at values[i * row_stride + j * column_stride]; strides may have any sign. Rows with column_stride 1 and
   row_stride >= columns are read where they lie, others are copied. values may be NULL where there are no elements. */
typedef struct {
    const double *values;
    int64_t rows, columns, row_stride, column_stride;
} hlr_matrix;

/* Element i lies at values[i * stride]. */
typedef struct {
    const double *values;
    int64_t length, stride;
} hlr_vector;

/* Minimize the sum of v (y - x w - b)^2 plus ridge times the sum of w^2. Fill with hlr_fit_options_default, then change. */
typedef struct {
    int64_t size;
    int32_t intercept;          /* 1: fit b; 0: b = 0 */
    int32_t digits;             /* correct decimal digits asked of the worst coefficient, 0 to 16; 10 */
    int32_t rank_deficient;     /* HLR_DROP or HLR_MINIMUM_NORM */
    int32_t weight_kind;        /* HLR_PRECISION or HLR_FREQUENCY */
    int32_t standardize_ridge;  /* 1: ridge penalizes the weights of standardized columns */
    int32_t threads;            /* at most; 1. The bits of results are the same for any number */
    double ridge;               /* 0 or more */
} hlr_fit_options;

typedef struct {
    int32_t columns;            /* that a row of a prediction has */
    int32_t terms;              /* coefficients without the intercept */
    int32_t has_intercept, rank;
    double intercept, intercept_standard_error, ridge;
    double rows;                /* of positive weight, or the sum of frequencies */
    double total_weight;
    double residual_degrees_of_freedom, residual_sum_of_squares, total_sum_of_squares;
    double residual_standard_error;     /* NaN where it is not known */
    double digits;                      /* certain decimal digits of the worst coefficient */
    double reciprocal_condition;
} hlr_model_info_t;

typedef struct {
    int32_t columns, double_double;
    int64_t first_row, next_row;        /* of an accumulator; -1 for moments, whose rows have no places */
    int64_t rows;
    double total_weight;
} hlr_sums_info_t;

/* Returns HLR_INTERFACE of the library. */
int32_t hlr_interface(void);
/* Returns the number of the bit contract: results have the same bits on all versions with the same number. */
int32_t hlr_bit_contract(void);
/* Stores the length of the text, and copies it, without a zero byte, if capacity allows; HLR_TOO_SMALL if not. */
int32_t hlr_version(char *buffer, int64_t capacity, int64_t *length);
/* Copies as much of the thread's last message as fits, with a zero byte behind it; returns the length of the whole message. */
int64_t hlr_last_error(char *buffer, int64_t capacity);
int32_t hlr_release(hlr_handle handle);
/* The name of a column, or behind a model's columns that of its target; lengths as hlr_version. */
int32_t hlr_name(hlr_handle handle, int32_t index, char *buffer, int64_t capacity, int64_t *length);
/* The file of a model (JSON), an accumulator or moments (.moments), as the tool hpclinreg has them; lengths as hlr_version. An
   accumulator's bytes depend on its rows and their places alone. */
int32_t hlr_save(hlr_handle handle, uint8_t *buffer, int64_t capacity, int64_t *length);
/* hlr_sums_info tells an accumulator (first_row >= 0) from moments and a model. What a .moments file states about its source beside
   the sums is not kept; one whose weights are frequencies is refused. */
int32_t hlr_load(const uint8_t *bytes, int64_t length, hlr_handle *handle);

/*
 * Fits. x has d columns and y at least one; each column of y is a target. names is NULL or has d + y->columns names. Stores a model
 * for each target. Needs one row at least; NaN and infinity are errors that name row and column; so are negative weights.
 */
int32_t hlr_fit_options_default(hlr_fit_options *options);
int32_t hlr_fit(const hlr_matrix *x, const hlr_matrix *y, const hlr_vector *weights /* or NULL */, const char *const *names /* or NULL */,
                const hlr_fit_options *options /* or NULL */, hlr_handle *models);
int32_t hlr_model_info(hlr_handle model, hlr_model_info_t *info);
int32_t hlr_model_coefficients(hlr_handle model, double *weights, int32_t capacity, double *intercept /* or NULL */);
/* NaN where there is none. */
int32_t hlr_model_standard_errors(hlr_handle model, double *errors, int32_t capacity);
/* x has the model's columns. errors, or NULL, receives the standard error of each prediction as an estimate of the mean, NaN where the
   data say nothing about it; sqrt(s^2 + error^2), with s the residual standard error, is that of one observation. */
int32_t hlr_predict(hlr_handle model, const hlr_matrix *x, double *predictions, double *errors, int32_t threads);

/*
 * Sums. An accumulator takes the rows of a range, any number at a time, and merges with the accumulator of the range before or behind
 * its own: same rows, same bits, however they were cut. Moments are its value: they merge in any order, within an error bound, and can
 * be removed again. Columns are those of x, then those of y (or NULL).
 */
int32_t hlr_accumulator_new(int32_t columns, const char *const *names /* or NULL */, int64_t first_row, int32_t precision,
                            hlr_handle *accumulator);
int32_t hlr_accumulator_add(hlr_handle accumulator, const hlr_matrix *x, const hlr_matrix *y, const hlr_vector *weights);
/* Leaves the places of rows that do not count empty. */
int32_t hlr_accumulator_skip(hlr_handle accumulator, int64_t rows);
/* other keeps its rows. */
int32_t hlr_accumulator_merge(hlr_handle accumulator, hlr_handle other);
int32_t hlr_accumulator_moments(hlr_handle accumulator, hlr_handle *moments);
int32_t hlr_moments_merge(hlr_handle moments, hlr_handle other, hlr_handle *result);
int32_t hlr_moments_remove(hlr_handle moments, hlr_handle other, hlr_handle *result);
/* features is NULL for all columns but the target, or has count columns. */
int32_t hlr_moments_fit(hlr_handle moments, const int32_t *features, int32_t count, int32_t target, const hlr_fit_options *options,
                        hlr_handle *model);
int32_t hlr_sums_info(hlr_handle handle, hlr_sums_info_t *info);

/*
 * Rows from an Arrow C stream (struct ArrowArrayStream), which is taken over and released, also when the call fails. Columns are
 * floating or whole numbers or booleans; a whole number beyond 2^53 is an error. An accumulator with names takes the columns of these
 * names; weights is NULL or names the column of weights. A missing, NaN or infinite cell is an error, or with skip_missing 1 its row is
 * left out, its place stays empty, and skipped counts it.
 */
struct ArrowArrayStream;
int32_t hlr_accumulator_add_arrow(hlr_handle accumulator, struct ArrowArrayStream *stream, const char *weights, int32_t skip_missing,
                                  int64_t *skipped);
/* Reads a stream as row-major doubles, NaN where a cell is missing; count is 0 at the end. */
int32_t hlr_arrow_open(struct ArrowArrayStream *stream, hlr_handle *reader, int32_t *columns);
int32_t hlr_arrow_read(hlr_handle reader, double *rows, int64_t capacity, int64_t *count);

#ifdef __cplusplus
}
#endif

#endif
