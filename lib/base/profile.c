#include "lib/base/profile.h"

#include "lib/base/io/io.h"

void profile_start(struct profile *p)
{
    *p = (struct profile){.last = io_seconds()};
}

void profile_lap(struct profile *p, size_t layer, enum profile_part part)
{
    if (p == NULL)
        return;
    const double now = io_seconds();
    p->seconds[layer][part] += now - p->last;
    p->last = now;
}

void profile_move(struct profile *p, size_t layer, enum profile_part from, enum profile_part to,
                  double seconds)
{
    if (p == NULL)
        return;
    p->seconds[layer][from] -= seconds;
    p->seconds[layer][to] += seconds;
}
