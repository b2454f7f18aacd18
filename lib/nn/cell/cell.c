#include "lib/nn/cell/cell.h"

#include <string.h>

/* A file that names no cell has the first that fits: ours come after PyTorch's. */
static const struct cell_ops *const cells[] = {
    &cell_lstm,     &cell_lstm_capped, &cell_gru,       &cell_gru_cho,         &cell_rnn,
    &cell_rnn_relu, &cell_rlstm,       &cell_mogrifier, &cell_mogrifier_rlstm, &cell_lstm_norm,
};

const struct cell_ops *cell_at(size_t i)
{
    return i < sizeof cells / sizeof *cells ? cells[i] : NULL;
}

const char *cell_name_at(size_t i)
{
    return cell_at(i) != NULL ? cell_at(i)->name : NULL;
}

const struct cell_ops *cell_find(const char *name)
{
    for (size_t i = 0; cell_at(i) != NULL; i++)
        if (strcmp(cell_at(i)->name, name) == 0)
            return cell_at(i);
    return NULL;
}
