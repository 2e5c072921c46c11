/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-file-check.h"

#include <string.h>

#include "mainstay-error.h"
#include "mainstay-upload-folder.h"

#define TELL_INTERVAL 100 /* milliseconds */
#define PARTS 10000
#define SHA256_LENGTH 32

typedef struct
{
  /* input, owned except for the progress's data */
  char *path;
  MainstayFileKind expected;
  MainstayCheckProgress progress;
  gpointer progress_data;

  /* in progress */
  GSource *tell;  /* owned; told from where the check was started */
  int parts_done; /* of PARTS; written in the thread */
} Checking;

static void
checking_free (Checking *checking)
{
  g_clear_pointer (&checking->path, g_free);
  g_clear_pointer (&checking->tell, g_source_unref);
  g_clear_pointer (&checking, g_free);
}

static gboolean
tell_cb (gpointer user_data)
{
  Checking *checking = user_data;

  checking->progress ((double) g_atomic_int_get (&checking->parts_done) / PARTS,
                      checking->progress_data);
  return G_SOURCE_CONTINUE;
}

static void
inspected (gint64   done,
           gint64   total,
           gpointer user_data)
{
  Checking *checking = user_data;

  if (total > 0)
    g_atomic_int_set (&checking->parts_done,
                      (int) (CLAMP ((double) done / (double) total, 0, 1) * PARTS));
}

static MainstayBackupFile *
check (Checking      *checking,
       GCancellable  *cancellable,
       GError       **error)
{
  if (!g_file_test (checking->path, G_FILE_TEST_IS_DIR))
    return mainstay_backup_file_inspect (checking->path, checking->expected, inspected, checking,
                                         cancellable, error);
  if (checking->expected != MAINSTAY_FILE_DATABASE)
    return mainstay_upload_folder_inspect (checking->path, cancellable, error);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_WRONG_KIND,
                       "This is a folder, where a database dump is asked for");
  return NULL;
}

static void
check_in_thread (GTask        *task,
                 gpointer      source_object,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  Checking *checking = task_data;
  GError *error = NULL;
  MainstayBackupFile *file = check (checking, cancellable, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, (GDestroyNotify) mainstay_backup_file_free);
  else
    g_task_return_error (task, error);
}

/**
 * mainstay_file_check_run_async:
 * @path: a file, or a folder of uploaded files
 * @expected: what it should be
 * @progress: (nullable): called now and then
 * @progress_data: for @progress
 * @cancellable: (nullable): a cancellable
 * @callback: called at the end
 * @user_data: for @callback
 */
void
mainstay_file_check_run_async (const char            *path,
                               MainstayFileKind       expected,
                               MainstayCheckProgress  progress,
                               gpointer               progress_data,
                               GCancellable          *cancellable,
                               GAsyncReadyCallback    callback,
                               gpointer               user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Checking *checking = g_new0 (Checking, 1);

  g_task_set_source_tag (task, mainstay_file_check_run_async);
  checking->path = g_strdup (path);
  checking->expected = expected;
  checking->progress = progress;
  checking->progress_data = progress_data;
  if (progress != NULL)
    {
      checking->tell = g_timeout_source_new (TELL_INTERVAL);
      g_source_set_callback (checking->tell, tell_cb, checking, NULL);
      g_source_attach (checking->tell, g_task_get_context (task));
    }
  g_task_set_task_data (task, checking, (GDestroyNotify) checking_free);
  g_task_run_in_thread (task, check_in_thread);
}

/** mainstay_file_check_run_finish: Returns: (transfer full): what was found */
MainstayBackupFile *
mainstay_file_check_run_finish (GAsyncResult  *result,
                                GError       **error)
{
  Checking *checking;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_file_check_run_async), NULL);

  checking = g_task_get_task_data (G_TASK (result));
  if (checking->tell != NULL)
    g_source_destroy (checking->tell);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* (transfer full) (nullable): 32 bytes; @member is like sha-256=:base64: */
static guchar *
parse_member (const char *member)
{
  g_autofree char *text = g_strstrip (g_strdup (member));
  gsize length = 0;
  g_autofree guchar *digest = NULL;

  if (g_ascii_strncasecmp (text, "sha-256=:", 9) != 0 || !g_str_has_suffix (text + 9, ":"))
    return NULL;
  text[strlen (text) - 1] = '\0';
  digest = g_base64_decode (text + 9, &length);
  return length == SHA256_LENGTH ? g_steal_pointer (&digest) : NULL;
}

static char *
to_hexadecimal (const guchar *digest)
{
  GString *text = g_string_new (NULL);

  for (unsigned int i = 0; i < SHA256_LENGTH; i++)
    g_string_append_printf (text, "%02x", digest[i]);
  return g_string_free (text, FALSE);
}

/**
 * mainstay_file_check_contradicts:
 * @header: (nullable): a Repr-Digest
 * @sha256: the digest that was found, hexadecimal
 *
 * Returns: whether @header tells of other bytes; not when it says nothing that is understood
 */
gboolean
mainstay_file_check_contradicts (const char *header,
                                 const char *sha256)
{
  g_auto(GStrv) members = NULL;

  if (header == NULL)
    return FALSE;
  members = g_strsplit (header, ",", -1);
  for (char **member = members; *member != NULL; member++)
    {
      g_autofree guchar *digest = parse_member (*member);
      g_autofree char *expected = digest != NULL ? to_hexadecimal (digest) : NULL;

      if (expected != NULL)
        return g_ascii_strcasecmp (expected, sha256) != 0;
    }
  return FALSE;
}
