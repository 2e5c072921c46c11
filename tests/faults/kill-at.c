/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Preloaded into a program, kills it right before its Nth call that changes what is on the disk: so
 * it can be stopped between any two steps, one after the other, rather than at a lucky moment. N is
 * read from the file KILL_AT once there is one, and counting begins there. What it was about to do
 * is written into KILL_AT.step. */

static atomic_int left = -1; /* calls until the end, -1 before the counting */

static void
arm (const char *path)
{
  FILE *file = fopen (path, "re");
  int number = 0, none = -1;

  if (file == NULL)
    return;
  if (fscanf (file, "%d", &number) == 1 && number > 0)
    atomic_compare_exchange_strong (&left, &none, number);
  fclose (file);
}

static void
say (const char *path,
     const char *call,
     const char *name)
{
  char note[4096];
  FILE *file;

  snprintf (note, sizeof note, "%s.step", path);
  file = fopen (note, "we");
  if (file == NULL)
    return;
  fprintf (file, "%s %s", call, name);
  fclose (file);
}

static void
step (const char *call,
      const char *name)
{
  const char *path = getenv ("KILL_AT");

  if (path == NULL)
    return;
  if (atomic_load (&left) < 0)
    arm (path);
  if (atomic_load (&left) < 0 || atomic_fetch_sub (&left, 1) != 1)
    return;
  say (path, call, name);
  kill (getpid (), SIGKILL);
  pause ();
}

static void
step_fd (const char *call,
         int         fd)
{
  char link[64], name[4096];
  ssize_t length;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, name, sizeof name - 1);
  name[length > 0 ? length : 0] = '\0';
  step (call, name);
}

#define NEXT(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

#define WRAP_FD(name, parameters, ...) \
  int name parameters; \
  int \
  name parameters \
  { \
    step_fd (#name, fd); \
    return NEXT (name) (__VA_ARGS__); \
  }

#define WRAP_PATH(name, parameters, what, ...) \
  int name parameters; \
  int \
  name parameters \
  { \
    step (#name, what); \
    return NEXT (name) (__VA_ARGS__); \
  }

WRAP_FD (fsync, (int fd), fd)
WRAP_FD (fdatasync, (int fd), fd)
WRAP_FD (ftruncate, (int fd, off_t length), fd, length)
WRAP_FD (ftruncate64, (int fd, off64_t length), fd, length)
WRAP_FD (fallocate, (int fd, int mode, off_t offset, off_t length), fd, mode, offset, length)
WRAP_FD (fallocate64, (int fd, int mode, off64_t offset, off64_t length), fd, mode, offset, length)
WRAP_FD (posix_fallocate, (int fd, off_t offset, off_t length), fd, offset, length)
WRAP_FD (posix_fallocate64, (int fd, off64_t offset, off64_t length), fd, offset, length)
WRAP_PATH (rename, (const char *from, const char *to), to, from, to)
WRAP_PATH (renameat, (int a, const char *from, int b, const char *to), to, a, from, b, to)
WRAP_PATH (renameat2, (int a, const char *from, int b, const char *to, unsigned int flags), to, a,
           from, b, to, flags)
WRAP_PATH (link, (const char *from, const char *to), to, from, to)
WRAP_PATH (linkat, (int a, const char *from, int b, const char *to, int flags), to, a, from, b, to,
           flags)
WRAP_PATH (unlink, (const char *path), path, path)
WRAP_PATH (unlinkat, (int fd, const char *path, int flags), path, fd, path, flags)
WRAP_PATH (rmdir, (const char *path), path, path)
WRAP_PATH (mkdir, (const char *path, mode_t mode), path, path, mode)
WRAP_PATH (mkdirat, (int fd, const char *path, mode_t mode), path, fd, path, mode)

/* Those that may make a file. */
#define WRAP_OPEN(name) \
  int name (const char *path, int flags, ...); \
  int \
  name (const char *path, int flags, ...) \
  { \
    va_list arguments; \
    mode_t mode; \
    va_start (arguments, flags); \
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg (arguments, mode_t) : 0; \
    va_end (arguments); \
    if (flags & O_CREAT) \
      step (#name, path); \
    return NEXT (name) (path, flags, mode); \
  }

#define WRAP_OPENAT(name) \
  int name (int fd, const char *path, int flags, ...); \
  int \
  name (int fd, const char *path, int flags, ...) \
  { \
    va_list arguments; \
    mode_t mode; \
    va_start (arguments, flags); \
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg (arguments, mode_t) : 0; \
    va_end (arguments); \
    if (flags & O_CREAT) \
      step (#name, path); \
    return NEXT (name) (fd, path, flags, mode); \
  }

WRAP_OPEN (open)
WRAP_OPEN (open64)
WRAP_OPENAT (openat)
WRAP_OPENAT (openat64)
