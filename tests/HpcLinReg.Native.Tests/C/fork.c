/* Calls the library, forks, and calls it in the child, which has to get an error at once, also while other threads are inside of calls;
   prints "passed" or what failed. */
#include "hpclinreg.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS = 400000, COLUMNS = 8, FEW = 4000, FORKS = 40 };
static double x[ROWS * COLUMNS], y[ROWS];
static volatile int stop;

static int fit(int64_t rows, int threads, hlr_handle *model) {
    /* Stored by columns, so that rows are copied: garbage collections run all the time. */
    hlr_matrix features = { x, rows, COLUMNS, 1, ROWS }, target = { y, rows, 1, 1, 1 };
    hlr_fit_options options;
    int status = hlr_fit_options_default(&options);
    options.threads = threads;
    return status != HLR_OK ? status : hlr_fit(&features, &target, NULL, NULL, &options, model);
}

static void *fit_until_stopped(void *unused) {
    hlr_handle model;
    while (!stop && fit(FEW, 1, &model) == HLR_OK) {
        hlr_release(model);
    }
    return unused;
}

/* Returns the child's exit status, or -1 if it had to be ended. */
static int wait_for(pid_t child) {
    int status;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int in_child(hlr_handle handle) {
    hlr_handle model;
    char message[400];
    alarm(20);
    int status = hlr_fit_options_default(NULL);
    hlr_last_error(message, sizeof message);
    return status == HLR_FORKED && strstr(message, "fork") != NULL && fit(FEW, 2, &model) == HLR_FORKED && hlr_release(handle) == HLR_FORKED ? 0 : 2;
}

int main(void) {
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < COLUMNS; j++) {
            x[j * ROWS + i] = (double)((i * (j + 7) + j * j) % 101);
        }
        y[i] = x[i] - 2 * x[ROWS + i] + i % 5;
    }
    hlr_handle model;
    pid_t before = fork();
    /* A child of a process that has not called yet may call. */
    if (fit(ROWS, 2, &model) != HLR_OK) { puts("FAILED: fit"); return 1; }
    if (before == 0) return 0;
    if (wait_for(before) != 0) { puts("FAILED: fork before the first call"); return 1; }
    pid_t after = fork();
    if (after == 0) return in_child(model);
    if (wait_for(after) != 0) { puts("FAILED: fork after a call"); return 1; }
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, fit_until_stopped, NULL);
    for (int i = 0; i < FORKS; i++) {
        usleep(2000 + i * 37 % 1000);
        pid_t amid = fork();
        if (amid == 0) _exit(in_child(model));
        if (wait_for(amid) != 0) { printf("FAILED: fork %d while other threads fit\n", i); return 1; }
    }
    stop = 1;
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    if (hlr_release(model) != HLR_OK) { puts("FAILED: the parent after forking"); return 1; }
    puts("passed");
    return 0;
}
