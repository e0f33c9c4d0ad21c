/* Calls the library, forks, and calls it in the child, which has to get an error at once; prints "passed" or what failed. */
#include "hpclinreg.h"
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS = 400000, COLUMNS = 8 };
static double x[ROWS * COLUMNS], y[ROWS];

int main(void) {
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < COLUMNS; j++) {
            x[i * COLUMNS + j] = (double)((i * (j + 7) + j * j) % 101);
        }
        y[i] = x[i * COLUMNS] - 2 * x[i * COLUMNS + 1] + i % 5;
    }
    hlr_matrix rows = { x, ROWS, COLUMNS, COLUMNS, 1 }, target = { y, ROWS, 1, 1, 1 };
    hlr_fit_options options;
    hlr_handle model;
    pid_t before = fork();
    /* A child of a process that has not called yet may call. */
    if (hlr_fit_options_default(&options) != HLR_OK) { puts("FAILED: options"); return 1; }
    options.threads = 2;
    if (hlr_fit(&rows, &target, NULL, NULL, &options, &model) != HLR_OK) { puts("FAILED: fit"); return 1; }
    if (before == 0) return 0;
    int status;
    if (waitpid(before, &status, 0) != before || !WIFEXITED(status) || WEXITSTATUS(status) != 0) { puts("FAILED: fork before the first call"); return 1; }
    pid_t after = fork();
    if (after == 0) {
        alarm(20);
        char message[400];
        if (hlr_fit(&rows, &target, NULL, NULL, &options, &model) != HLR_FORKED) return 2;
        hlr_last_error(message, sizeof message);
        return strstr(message, "fork") != NULL && hlr_release(model) == HLR_FORKED ? 0 : 3;
    }
    if (waitpid(after, &status, 0) != after || !WIFEXITED(status) || WEXITSTATUS(status) != 0) { printf("FAILED: fork after a call: %d\n", status); return 1; }
    if (hlr_release(model) != HLR_OK) { puts("FAILED: the parent after forking"); return 1; }
    puts("passed");
    return 0;
}
