/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-transfer-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-error.h"
#include "mainstay-json.h"

/* A thousand transfers of a kilobyte each: whatever is larger is not ours. */
#define MOST_BYTES (1024 * 1024)
#define TEMPORARY_LETTERS 6 /* that GLib adds to the name of what it has not renamed yet */

static void
set_error (GError     **error,
           const char  *what,
           int          number)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", what,
               g_strerror (number));
}

/**
 * mainstay_transfer_file_lock:
 * @path: the registry's file
 * @error: where to put %G_IO_ERROR_BUSY, when another program has it, or what else went wrong
 *
 * Makes its folder, and keeps other programs from it as long as the descriptor is open. The lock is
 * on a file beside it, as the file itself is replaced with each change.
 *
 * Returns: a file descriptor, -1 on failure
 */
int
mainstay_transfer_file_lock (const char  *path,
                             GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *lock_path = g_strconcat (path, ".lock", NULL);
  int descriptor;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      set_error (error, folder, errno);
      return -1;
    }
  descriptor = g_open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0)
    {
      set_error (error, lock_path, errno);
      return -1;
    }
  if (flock (descriptor, LOCK_EX | LOCK_NB) == 0)
    return descriptor;
  if (errno == EWOULDBLOCK)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "Another program has it");
  else
    set_error (error, lock_path, errno);
  close (descriptor);
  return -1;
}

/* What a program that was killed while it wrote has left. */
static void
remove_temporaries (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *prefix = g_strconcat (base, ".", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && strlen (name) == strlen (prefix) + TEMPORARY_LETTERS)
      {
        g_autofree char *whole = g_build_filename (folder, name, NULL);

        g_unlink (whole);
      }
}

/* Returns: (transfer full) (nullable): the text, bounded before it is in memory */
static GBytes *
read_bounded (const char  *path,
              GError     **error)
{
  g_autofree char *text = NULL;
  struct stat status;
  size_t length = 0;

  if (g_stat (path, &status) != 0)
    {
      set_error (error, path, errno);
      return NULL;
    }
  if (!S_ISREG (status.st_mode) || status.st_size > MOST_BYTES)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER, "No file of up to %d bytes",
                   MOST_BYTES);
      return NULL;
    }
  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&text), length);
}

static JsonNode *
parse (GBytes  *bytes,
       GError **error)
{
  size_t length = 0;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autoptr(JsonNode) root = mainstay_json_parse (text, (gssize) length, error);
  gint64 version;

  if (root == NULL)
    return NULL;
  version = JSON_NODE_HOLDS_OBJECT (root)
              ? mainstay_json_get_int (json_node_get_object (root), "version", 0)
              : 0;
  if (version > 0 && version != MAINSTAY_TRANSFER_FILE_VERSION)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSUPPORTED,
                   "It is of version %" G_GINT64_FORMAT, version);
      return NULL;
    }
  if (version <= 0 ||
      mainstay_json_get_array (json_node_get_object (root), "transfers") == NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
                           "It has no version or no transfers");
      return NULL;
    }
  return g_steal_pointer (&root);
}

static gboolean
move_aside (const char    *path,
            const GError  *why,
            GError       **error)
{
  g_autofree char *aside = g_strconcat (path, ".damaged", NULL);

  if (g_rename (path, aside) != 0)
    {
      set_error (error, aside, errno);
      return FALSE;
    }
  g_message ("The list of unfinished transfers cannot be read and is now %s: %s", aside,
             why->message);
  return TRUE;
}

/**
 * mainstay_transfer_file_read:
 * @path: the registry's file, locked
 * @error: where to put %MAINSTAY_ERROR_UNSUPPORTED for another version, or what else went wrong;
 *   the file must then not be written
 *
 * A broken file is moved aside.
 *
 * Returns: (transfer full) (nullable): the root, an object with an array "transfers"; %NULL without
 *   an error where there is none
 */
JsonNode *
mainstay_transfer_file_read (const char  *path,
                             GError     **error)
{
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) failure = NULL;
  JsonNode *root = NULL;

  remove_temporaries (path);
  bytes = read_bounded (path, &failure);
  if (bytes != NULL)
    root = parse (bytes, &failure);
  if (root != NULL || g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return root;
  if (g_error_matches (failure, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER))
    move_aside (path, failure, error);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}
