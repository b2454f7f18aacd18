#include "tests/support/compressed.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zstd.h>

const char *const compression_names[N_COMPRESSIONS] = {"gzip", "bzip2", "xz", "zstd", "lz4"};
const char *const compression_suffixes[N_COMPRESSIONS] = {".gz", ".bz2", ".xz", ".zst", ".lz4"};

enum { GZIP, BZIP2, XZ, ZSTD, LZ4 };

static void need(bool fine, const char *what)
{
    if (fine)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static struct bytes room_for(size_t cap)
{
    struct bytes b = {.data = malloc(cap + 1), .cap = cap + 1};
    need(b.data != NULL, "memory");
    return b;
}

static struct bytes by_bzip2(const void *bytes, size_t n)
{
    struct bytes out = room_for(n + n / 100 + 600);
    unsigned len = (unsigned)out.cap;
    need(BZ2_bzBuffToBuffCompress(out.data, &len, (char *)(uintptr_t)bytes, (unsigned)n, 9, 0, 0) ==
             BZ_OK,
         "bzip2");
    out.n = len;
    return out;
}

static struct bytes by_xz(lzma_check check, unsigned window_log, const void *bytes, size_t n)
{
    lzma_options_lzma options;
    need(!lzma_lzma_preset(&options, 6), "xz preset");
    if (window_log > 0)
        options.dict_size = UINT32_C(1) << window_log;
    lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
    struct bytes out = room_for(lzma_stream_buffer_bound(n));
    need(lzma_stream_buffer_encode(filters, check, NULL, bytes, n, (uint8_t *)out.data, &out.n,
                                   out.cap) == LZMA_OK,
         "xz");
    return out;
}

/* A size that is not pledged makes the frame say its window. */
static struct bytes by_zstd(bool sum, unsigned window_log, const void *bytes, size_t n)
{
    struct bytes out = room_for(ZSTD_compressBound(n));
    ZSTD_CCtx *z = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, sum);
    if (window_log > 0)
        ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, (int)window_log);
    ZSTD_inBuffer from = {bytes, n, 0};
    ZSTD_outBuffer to = {out.data, out.cap, 0};
    need(!ZSTD_isError(ZSTD_compressStream2(z, &to, &from, ZSTD_e_continue)), "zstd");
    need(ZSTD_compressStream2(z, &to, &from, ZSTD_e_end) == 0, "zstd");
    out.n = to.pos;
    ZSTD_freeCCtx(z);
    return out;
}

static struct bytes by_lz4(bool sum, const void *bytes, size_t n)
{
    LZ4F_preferences_t how = LZ4F_INIT_PREFERENCES;
    how.frameInfo.contentChecksumFlag = sum ? LZ4F_contentChecksumEnabled : LZ4F_noContentChecksum;
    struct bytes out = room_for(LZ4F_compressFrameBound(n, &how));
    out.n = LZ4F_compressFrame(out.data, out.cap, bytes, n, &how);
    need(!LZ4F_isError(out.n), "lz4");
    return out;
}

struct bytes compressed(int i, const void *bytes, size_t n)
{
    return i == GZIP    ? files_gzip(bytes, n)
           : i == BZIP2 ? by_bzip2(bytes, n)
           : i == XZ    ? by_xz(LZMA_CHECK_CRC64, 0, bytes, n)
           : i == ZSTD  ? by_zstd(true, 0, bytes, n)
                        : by_lz4(true, bytes, n);
}

struct bytes compressed_without_sum(int i, const void *bytes, size_t n)
{
    need(i >= XZ, "a compression whose sum may be left out");
    return i == XZ     ? by_xz(LZMA_CHECK_NONE, 0, bytes, n)
           : i == ZSTD ? by_zstd(false, 0, bytes, n)
                       : by_lz4(false, bytes, n);
}

struct bytes compressed_with_window(int i, unsigned log, const void *bytes, size_t n)
{
    need(i == XZ || i == ZSTD, "a compression with a window to choose");
    return i == XZ ? by_xz(LZMA_CHECK_CRC64, log, bytes, n) : by_zstd(true, log, bytes, n);
}

struct bytes skippable_frame(const void *bytes, size_t n)
{
    const unsigned char head[8] = {
        0x50, 0x2A, 0x4D, 0x18, (unsigned char)n, (unsigned char)(n >> 8)};
    struct bytes out = {0};
    bytes_append(&out, head, sizeof head);
    bytes_append(&out, bytes, n);
    return out;
}
