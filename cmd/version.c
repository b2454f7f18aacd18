#include <stdio.h>

#include "config.h"

#include "cmd/report/report.h"
#include "lib/model/compute.h"

void report_version(void)
{
    struct compute_info info;
    compute_get(&info);
    printf("ptblm %s\n", PACKAGE_VERSION);
    printf("kernels %s\n", info.kernels);
    printf("matrices %s\n", info.matrices);
    printf("blas %s\n", info.blas);
    printf("threads %d\n", compute_processors());
}
