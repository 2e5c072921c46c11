/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Preloaded into a database server, gives it a small disk, without any right to mount one: the
 * files in a folder can grow by so many bytes together, and then there is no space left. How many,
 * and in which folder, is in the file FULL_DISK, which all processes share and a test may write to.
 * What is removed gives nothing back. */

typedef struct
{
  _Atomic int64_t left;
  char folder[4088]; /* ends with a slash; empty: no file is counted */
} Disk;

static Disk *
get_disk (void)
{
  static Disk *_Atomic disk;
  Disk *mapped = atomic_load (&disk);
  const char *path = getenv ("FULL_DISK");
  int fd;

  if (mapped != NULL || path == NULL)
    return mapped;
  fd = open (path, O_RDWR | O_CLOEXEC);
  if (fd < 0)
    return NULL;
  mapped = mmap (NULL, sizeof (Disk), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  if (mapped == MAP_FAILED)
    return NULL;
  atomic_store (&disk, mapped);
  return mapped;
}

static int
is_counted (const Disk *disk,
            int         fd)
{
  char link[64], name[4096];
  ssize_t length;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, name, sizeof name - 1);
  name[length > 0 ? length : 0] = '\0';
  return disk->folder[0] != '\0' && strncmp (name, disk->folder, strlen (disk->folder)) == 0;
}

/* Whether a file may get as long as @end; takes the room for it. */
static int
has_room (int     fd,
          int64_t end)
{
  Disk *disk = get_disk ();
  struct stat status;
  int64_t growth;

  if (disk == NULL || !is_counted (disk, fd) || fstat (fd, &status) != 0 ||
      !S_ISREG (status.st_mode))
    return 1;
  growth = end - status.st_size;
  if (growth <= 0)
    return 1;
  if (atomic_fetch_sub (&disk->left, growth) >= growth)
    return 1;
  atomic_fetch_add (&disk->left, growth);
  errno = ENOSPC;
  return 0;
}

static int64_t
sum (const struct iovec *parts,
     int                 n_parts)
{
  int64_t length = 0;

  for (int i = 0; i < n_parts; i++)
    length += (int64_t) parts[i].iov_len;
  return length;
}

#define NEXT(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

#define WRAP_PWRITE(name) \
  ssize_t name (int fd, const void *bytes, size_t length, off_t offset); \
  ssize_t \
  name (int fd, const void *bytes, size_t length, off_t offset) \
  { \
    return has_room (fd, offset + (int64_t) length) ? NEXT (name) (fd, bytes, length, offset) \
                                                    : -1; \
  }

#define WRAP_PWRITEV(name) \
  ssize_t name (int fd, const struct iovec *parts, int n_parts, off_t offset); \
  ssize_t \
  name (int fd, const struct iovec *parts, int n_parts, off_t offset) \
  { \
    return has_room (fd, offset + sum (parts, n_parts)) ? NEXT (name) (fd, parts, n_parts, offset) \
                                                        : -1; \
  }

/* These give the error itself. */
#define WRAP_FALLOCATE(name) \
  int name (int fd, off_t offset, off_t length); \
  int \
  name (int fd, off_t offset, off_t length) \
  { \
    return has_room (fd, offset + length) ? NEXT (name) (fd, offset, length) : ENOSPC; \
  }

WRAP_PWRITE (pwrite)
WRAP_PWRITE (pwrite64)
WRAP_PWRITEV (pwritev)
WRAP_PWRITEV (pwritev64)
WRAP_FALLOCATE (posix_fallocate)
WRAP_FALLOCATE (posix_fallocate64)

ssize_t
write (int         fd,
       const void *bytes,
       size_t      length)
{
  off_t offset = lseek (fd, 0, SEEK_CUR);

  return offset < 0 || has_room (fd, offset + (int64_t) length)
           ? NEXT (write) (fd, bytes, length) : -1;
}
