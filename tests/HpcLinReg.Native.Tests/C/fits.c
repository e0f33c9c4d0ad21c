/* Fits, predicts, saves, merges and makes mistakes by the C functions; prints "passed" or the line that failed. */
#include "hpclinreg.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) do { if (!(condition)) { char m[512]; hlr_last_error(m, sizeof m); \
    printf("FAILED: line %d: %s (%s)\n", __LINE__, #condition, m); return 1; } } while (0)

int main(void) {
    /* y = 1 + 2 a - 3 b, stored by columns. */
    double x[12], y[6], w[2], b, p[6], e[6];
    for (int i = 0; i < 6; i++) {
        x[i] = i;
        x[6 + i] = (double)(i * i);
        y[i] = 1 + 2 * x[i] - 3 * x[6 + i] + (i % 2 ? 0.5 : -0.5);
    }
    hlr_matrix by_columns = { x, 6, 2, 1, 6 }, target = { y, 6, 1, 1, 1 };
    const char *names[] = { "a", "b", "y" };
    hlr_fit_options options;
    hlr_handle model, again, first, second, sums;
    CHECK(hlr_interface() == HLR_INTERFACE && hlr_fit_options_default(&options) == HLR_OK);
    CHECK(hlr_fit(&by_columns, &target, NULL, names, &options, &model) == HLR_OK);
    CHECK(hlr_model_coefficients(model, w, 2, &b) == HLR_OK && fabs(w[1] + 3) < 0.5);
    CHECK(hlr_predict(model, &by_columns, p, e, 1) == HLR_OK && fabs(p[3] - (b + 3 * w[0] + 9 * w[1])) < 1e-12 && e[3] > 0);

    /* A file and back: the same bits. */
    int64_t length;
    CHECK(hlr_save(model, NULL, 0, &length) == HLR_TOO_SMALL);
    uint8_t *file = malloc((size_t)length);
    double q[6];
    CHECK(hlr_save(model, file, length, &length) == HLR_OK && hlr_load(file, length, &again) == HLR_OK);
    CHECK(hlr_predict(again, &by_columns, q, NULL, 1) == HLR_OK && memcmp(p, q, sizeof p) == 0);
    CHECK(hlr_load(file, length / 2, &again) == HLR_BAD_FORMAT);

    /* Two halves that are merged, and a fit of the sums. */
    hlr_matrix head = by_columns, head_y = target, tail = by_columns, tail_y = target;
    head.rows = head_y.rows = 4; tail.rows = tail_y.rows = 2; tail.values += 4; tail_y.values += 4;
    CHECK(hlr_accumulator_new(3, names, 0, HLR_DOUBLE_DOUBLE, &first) == HLR_OK && hlr_accumulator_add(first, &head, &head_y, NULL) == HLR_OK);
    CHECK(hlr_accumulator_new(3, names, 4, HLR_DOUBLE_DOUBLE, &second) == HLR_OK && hlr_accumulator_add(second, &tail, &tail_y, NULL) == HLR_OK);
    CHECK(hlr_accumulator_merge(first, second) == HLR_OK && hlr_accumulator_moments(first, &sums) == HLR_OK);
    CHECK(hlr_moments_fit(sums, NULL, 0, 2, &options, &again) == HLR_OK && hlr_model_coefficients(again, q, 2, NULL) == HLR_OK);
    CHECK(fabs(q[0] - w[0]) < 1e-10 && fabs(q[1] - w[1]) < 1e-10);
    static uint8_t halves[4096], whole[4096];
    int64_t halves_length, whole_length;
    CHECK(hlr_accumulator_new(3, names, 0, HLR_DOUBLE_DOUBLE, &second) == HLR_OK && hlr_accumulator_add(second, &by_columns, &target, NULL) == HLR_OK);
    CHECK(hlr_save(first, halves, sizeof halves, &halves_length) == HLR_OK && hlr_save(second, whole, sizeof whole, &whole_length) == HLR_OK);
    CHECK(halves_length == whole_length && memcmp(halves, whole, (size_t)whole_length) == 0 && hlr_load(whole, whole_length, &first) == HLR_OK);

    /* Mistakes are statuses with a message, and change nothing. */
    char message[256];
    y[2] = NAN;
    CHECK(hlr_fit(&by_columns, &target, NULL, names, &options, &again) == HLR_BAD_ARGUMENT);
    hlr_last_error(message, sizeof message);
    CHECK(strstr(message, "Row 2") != NULL);
    by_columns.rows = -1;
    CHECK(hlr_fit(&by_columns, &target, NULL, NULL, NULL, &again) == HLR_BAD_ARGUMENT && hlr_fit(NULL, NULL, NULL, NULL, NULL, NULL) == HLR_BAD_ARGUMENT);
    CHECK(hlr_release(model) == HLR_OK && hlr_release(model) == HLR_BAD_HANDLE && hlr_predict(sums, &head, p, NULL, 1) == HLR_BAD_HANDLE);
    free(file);
    puts("passed");
    return 0;
}
