/* Stands between a process and the kernel (LD_PRELOAD): the N-th call on a file below a prefix fails, or waits.
 *
 * What it does is read from a page of memory that the test shares with every process, so that a test can change
 * it between two cases without a new process, and can see how many calls there were.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { OPEN = 1, WRITE = 2, SYNC = 4, CLOSE = 8, STATUS = 16, FOLDER = 32 };
enum { DESCRIPTORS = 65536 };

struct control {
    _Atomic int64_t seen;     /* calls on our files so far */
    _Atomic int64_t failed;   /* how many of them were made to fail */
    int64_t nth;              /* which one fails, from 1; 0 for none */
    int64_t error;            /* with which errno; 0 for a write of half of the bytes */
    int64_t for_good;         /* whether all after it fail as well */
    int64_t wait_ms;          /* how long each call waits before it is made */
    int64_t kinds;            /* which calls count: a sum of the kinds above */
    int64_t watched;          /* a process */
    _Atomic int64_t asked;    /* how many calls that one has made, of whatever kind */
};

static struct control *control;
static const char *prefix;
static size_t prefix_length;
static _Atomic unsigned char ours[DESCRIPTORS];

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }
#define REAL(name, ...) ((__typeof__(&name))real(#name))(__VA_ARGS__)

__attribute__((constructor)) static void begin(void) {
    const char *page = getenv("FAULT_PAGE");
    const char *below = getenv("FAULT_BELOW");
    if (page == NULL || below == NULL) return;
    int file = REAL(open, page, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    REAL(close, file);
    if (mapped == MAP_FAILED) return;
    prefix_length = strlen(below);
    prefix = strdup(below);
    control = mapped;
}

static int is_ours(int folder, const char *path) {
    if (control == NULL || path == NULL) return 0;
    if (path[0] == '/') return strncmp(path, prefix, prefix_length) == 0;
    return folder >= 0 && folder < DESCRIPTORS && ours[folder];
}

static int is_our_file(int file) { return control != NULL && file >= 0 && file < DESCRIPTORS && ours[file]; }

/* Counts a call; what it returns is -1 for a call that goes through, else the errno to fail with. */
static int fate(int kind) {
    if (control->watched == getpid()) atomic_fetch_add(&control->asked, 1);
    if (!(control->kinds & kind)) return -1;
    struct timespec moment = {0, 5 * 1000 * 1000};
    for (int64_t waited = 0; waited < control->wait_ms; waited += 5) nanosleep(&moment, NULL);
    int64_t number = atomic_fetch_add(&control->seen, 1) + 1;
    int64_t nth = control->nth;
    if (nth == 0 || number < nth || (number > nth && !control->for_good)) return -1;
    atomic_fetch_add(&control->failed, 1);
    return (int)control->error;
}

#define FAIL_IF(condition, kind)                                        \
    do {                                                                \
        if (condition) {                                                \
            int error_ = fate(kind);                                    \
            if (error_ >= 0) { errno = error_ ? error_ : EIO; return -1; } \
        }                                                               \
    } while (0)

static int remember(int file, int is_one) {
    if (file >= 0 && file < DESCRIPTORS) ours[file] = (unsigned char)is_one;
    return file;
}

#define OPENER(name, arguments, folder, path, ...)                      \
    int name arguments {                                                \
        mode_t mode = 0;                                                \
        if (flags & (O_CREAT | O_TMPFILE)) {                            \
            va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); \
        }                                                               \
        int mine = is_ours(folder, path);                               \
        FAIL_IF(mine, OPEN);                                            \
        return remember(REAL(name, __VA_ARGS__, mode), mine);           \
    }
OPENER(open, (const char *path, int flags, ...), AT_FDCWD, path, path, flags)
OPENER(open64, (const char *path, int flags, ...), AT_FDCWD, path, path, flags)
OPENER(openat, (int at, const char *path, int flags, ...), at, path, at, path, flags)
OPENER(openat64, (int at, const char *path, int flags, ...), at, path, at, path, flags)

static ssize_t half(int error, size_t count) { return error == 0 && count > 1 ? (ssize_t)(count / 2) : -1; }

#define WRITER(name, arguments, file, bytes, count, ...)                \
    ssize_t name arguments {                                            \
        if (is_our_file(file)) {                                        \
            int error_ = fate(WRITE);                                   \
            if (error_ >= 0) {                                          \
                ssize_t part = half(error_, count);                     \
                if (part < 0) { errno = error_ ? error_ : ENOSPC; return -1; } \
                count = (size_t)part;                                   \
            }                                                           \
        }                                                               \
        return REAL(name, __VA_ARGS__);                                 \
    }
WRITER(write, (int file, const void *bytes, size_t count), file, bytes, count, file, bytes, count)
WRITER(pwrite, (int file, const void *bytes, size_t count, off_t at), file, bytes, count, file, bytes, count, at)
WRITER(pwrite64, (int file, const void *bytes, size_t count, off64_t at), file, bytes, count, file, bytes, count, at)

#define ON_FILE(name, kind, arguments, file, ...)                       \
    int name arguments {                                                \
        FAIL_IF(is_our_file(file), kind);                               \
        return REAL(name, __VA_ARGS__);                                 \
    }
ON_FILE(fsync, SYNC, (int file), file, file)
ON_FILE(fdatasync, SYNC, (int file), file, file)
ON_FILE(fstat, STATUS, (int file, struct stat *found), file, file, found)
ON_FILE(fstat64, STATUS, (int file, struct stat64 *found), file, file, found)
ON_FILE(ftruncate, WRITE, (int file, off_t size), file, file, size)

int close(int file) {
    int mine = is_our_file(file), error = mine ? fate(CLOSE) : -1;
    remember(file, 0);
    int result = REAL(close, file); /* also a close that fails has closed */
    if (error < 0) return result;
    errno = error ? error : EIO;
    return -1;
}

#define ON_PATH(name, kind, arguments, folder, path, ...)               \
    int name arguments {                                                \
        FAIL_IF(is_ours(folder, path), kind);                           \
        return REAL(name, __VA_ARGS__);                                 \
    }
ON_PATH(mkdir, FOLDER, (const char *path, mode_t mode), AT_FDCWD, path, path, mode)
ON_PATH(mkdirat, FOLDER, (int at, const char *path, mode_t mode), at, path, at, path, mode)
ON_PATH(unlink, FOLDER, (const char *path), AT_FDCWD, path, path)
ON_PATH(unlinkat, FOLDER, (int at, const char *path, int flags), at, path, at, path, flags)
ON_PATH(rename, FOLDER, (const char *path, const char *to), AT_FDCWD, path, path, to)
ON_PATH(renameat, FOLDER, (int at, const char *path, int to_at, const char *to), at, path, at, path, to_at, to)
ON_PATH(link, FOLDER, (const char *path, const char *to), AT_FDCWD, path, path, to)
ON_PATH(linkat, FOLDER, (int at, const char *path, int to_at, const char *to, int flags), at, path, at, path, to_at, to, flags)
ON_PATH(chmod, FOLDER, (const char *path, mode_t mode), AT_FDCWD, path, path, mode)
ON_PATH(access, STATUS, (const char *path, int mode), AT_FDCWD, path, path, mode)
ON_PATH(stat, STATUS, (const char *path, struct stat *found), AT_FDCWD, path, path, found)
ON_PATH(stat64, STATUS, (const char *path, struct stat64 *found), AT_FDCWD, path, path, found)
ON_PATH(lstat, STATUS, (const char *path, struct stat *found), AT_FDCWD, path, path, found)
ON_PATH(lstat64, STATUS, (const char *path, struct stat64 *found), AT_FDCWD, path, path, found)
ON_PATH(fstatat, STATUS, (int at, const char *path, struct stat *found, int flags), at, path, at, path, found, flags)
ON_PATH(fstatat64, STATUS, (int at, const char *path, struct stat64 *found, int flags), at, path, at, path, found, flags)
