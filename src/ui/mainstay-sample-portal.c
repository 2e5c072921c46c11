/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-sample-portal.h"

#include "config.h"
#include "mainstay-error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define PROGRAM_VARIABLE "MAINSTAY_PORTAL_PROGRAM"

struct _MainstaySamplePortal
{
  GObject parent_instance;

  GSubprocess *child; /* (nullable): the one that makes the data, then the one that serves it */
  GDataInputStream *output;
  char *folder;
  char *url;
  char *username;
  char *api_key;
};

G_DEFINE_FINAL_TYPE (MainstaySamplePortal, mainstay_sample_portal, G_TYPE_OBJECT)

static char *
dup_if_program (char *path)
{
  g_autofree char *owned = path;

  return g_file_test (owned, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer (&owned) : NULL;
}

/* Installed it lies beside this program; in the build tree each program has its layer's folder. */
static char *
find_program (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  const char *named = g_getenv (PROGRAM_VARIABLE);
  char *found = NULL;

  if (named != NULL && *named != '\0')
    return g_strdup (named);
  if (folder != NULL)
    {
      found = dup_if_program (g_build_filename (folder, "mainstay-portal", NULL));
      if (found == NULL)
        found = dup_if_program (g_build_filename (folder, "..", "portal", "mainstay-portal", NULL));
    }
  return found != NULL ? found : g_strdup (MAINSTAY_PORTAL_PROGRAM);
}

/* Some thousand files, for which nobody should have to wait, least of all at the end. */
static void
remove_tree (const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) child =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "rm", "-rf", "--", path, NULL);

  if (child == NULL)
    g_warning ("The folder of the sample portal stays: %s", error->message);
}

/* What a program left that was killed. Younger ones may be in use by another session. */
static void
remove_leftovers (const char *parent)
{
  g_autoptr(GDir) entries = g_dir_open (parent, 0, NULL);
  const gint64 old = g_get_real_time () / G_USEC_PER_SEC - 24 * 60 * 60;
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);
      GStatBuf status;

      if (g_str_has_prefix (name, "sample-") && g_lstat (path, &status) == 0 &&
          S_ISDIR (status.st_mode) && status.st_mtime < old)
        remove_tree (path);
    }
}

static char *
make_folder (GError **error)
{
  g_autofree char *parent = g_build_filename (g_get_user_cache_dir (), "mainstay", NULL);
  g_autofree char *folder = g_build_filename (parent, "sample-XXXXXX", NULL);

  if (g_mkdir_with_parents (parent, 0700) != 0 || g_mkdtemp_full (folder, 0700) == NULL)
    {
      int saved_errno = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno), "%s: %s", parent,
                   g_strerror (saved_errno));
      return NULL;
    }
  remove_leftovers (parent);
  return g_steal_pointer (&folder);
}

static GSubprocess *
spawn (MainstaySamplePortal *self,
       const char *const    *arguments,
       GError              **error)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr(GPtrArray) command = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (command, find_program ());
  for (size_t i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (command, g_strdup (arguments[i]));
  g_ptr_array_add (command, NULL);
  return g_subprocess_launcher_spawnv (launcher, (const char *const *) command->pdata, error);
}

static gboolean
take_value (const char  *line,
            const char  *name,
            char       **value)
{
  if (!g_str_has_prefix (line, name))
    return FALSE;
  g_free (*value);
  *value = g_strstrip (g_strdup (line + strlen (name)));
  return TRUE;
}

static void
fail (GTask      *task,
      const char *message)
{
  MainstaySamplePortal *self = g_task_get_source_object (task);

  if (self->child != NULL)
    g_subprocess_force_exit (self->child);
  g_task_return_new_error (task, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "%s", message);
}

static void
line_served_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstaySamplePortal *self = g_task_get_source_object (task);
  g_autoptr(GError) error = NULL;
  g_autofree char *line =
    g_data_input_stream_read_line_finish_utf8 (self->output, result, NULL, &error);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (line == NULL)
    fail (task, _("The sample portal ended before it was ready."));
  else if (take_value (line, "Listening on ", &self->url))
    g_task_return_boolean (task, TRUE);
  else
    g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT,
                                         g_task_get_cancellable (task), line_served_cb,
                                         g_object_ref (task));
}

static void
serve (GTask *task)
{
  MainstaySamplePortal *self = g_task_get_source_object (task);
  const char *const arguments[] = { "serve", "--data", self->folder, "--listen", "127.0.0.1:0",
                                    "--exit-with-parent", "--quiet", NULL };
  GError *error = NULL;

  g_clear_object (&self->child);
  self->child = spawn (self, arguments, &error);
  if (self->child == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->child));
  g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT,
                                       g_task_get_cancellable (task), line_served_cb,
                                       g_object_ref (task));
}

static void
sample_made_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&user_data);
  MainstaySamplePortal *self = g_task_get_source_object (task);
  g_autofree char *output = NULL;
  g_auto(GStrv) lines = NULL;
  GError *error = NULL;

  if (!g_subprocess_communicate_utf8_finish (G_SUBPROCESS (object), result, &output, NULL, &error))
    {
      g_subprocess_force_exit (G_SUBPROCESS (object));
      g_task_return_error (task, error);
      return;
    }
  lines = g_strsplit (output != NULL ? output : "", "\n", -1);
  for (size_t i = 0; lines[i] != NULL; i++)
    if (!take_value (lines[i], "Mendix-Username:", &self->username))
      take_value (lines[i], "Mendix-ApiKey:", &self->api_key);
  if (!g_subprocess_get_successful (G_SUBPROCESS (object)) || self->username == NULL ||
      self->api_key == NULL)
    fail (task, _("The sample portal could not make its data."));
  else
    serve (task);
}

static void
mainstay_sample_portal_finalize (GObject *object)
{
  MainstaySamplePortal *self = MAINSTAY_SAMPLE_PORTAL (object);

  mainstay_sample_portal_stop (self);
  g_clear_object (&self->output);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->username, g_free);
  g_clear_pointer (&self->api_key, g_free);

  G_OBJECT_CLASS (mainstay_sample_portal_parent_class)->finalize (object);
}

static void
mainstay_sample_portal_class_init (MainstaySamplePortalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mainstay_sample_portal_finalize;
}

static void
mainstay_sample_portal_init (MainstaySamplePortal *self)
{
}

/** mainstay_sample_portal_new: Returns: (transfer full): a portal that is not started */
MainstaySamplePortal *
mainstay_sample_portal_new (void)
{
  return g_object_new (MAINSTAY_TYPE_SAMPLE_PORTAL, NULL);
}

void
mainstay_sample_portal_start_async (MainstaySamplePortal *self,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data)
{
  g_autoptr(GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (MAINSTAY_IS_SAMPLE_PORTAL (self));
  g_return_if_fail (self->folder == NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mainstay_sample_portal_start_async);
  self->folder = make_folder (&error);
  if (self->folder != NULL)
    {
      const char *const arguments[] = { "sample", "--data", self->folder, NULL };

      self->child = spawn (self, arguments, &error);
    }
  if (self->child == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_subprocess_communicate_utf8_async (self->child, NULL, cancellable, sample_made_cb,
                                       g_steal_pointer (&task));
}

gboolean
mainstay_sample_portal_start_finish (MainstaySamplePortal  *self,
                                     GAsyncResult          *result,
                                     GError               **error)
{
  g_return_val_if_fail (MAINSTAY_IS_SAMPLE_PORTAL (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mainstay_sample_portal_start_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
mainstay_sample_portal_stop (MainstaySamplePortal *self)
{
  g_return_if_fail (MAINSTAY_IS_SAMPLE_PORTAL (self));

  if (self->child != NULL)
    {
      /* Its data goes with it, so there is nothing that it would have to bring to an end. */
      g_subprocess_force_exit (self->child);
      g_subprocess_wait (self->child, NULL, NULL);
      g_clear_object (&self->child);
    }
  if (self->folder != NULL)
    {
      remove_tree (self->folder);
      g_clear_pointer (&self->folder, g_free);
    }
}

const char *
mainstay_sample_portal_get_url (MainstaySamplePortal *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SAMPLE_PORTAL (self), NULL);

  return self->url;
}

const char *
mainstay_sample_portal_get_username (MainstaySamplePortal *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SAMPLE_PORTAL (self), NULL);

  return self->username;
}

const char *
mainstay_sample_portal_get_api_key (MainstaySamplePortal *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SAMPLE_PORTAL (self), NULL);

  return self->api_key;
}

const char *
mainstay_sample_portal_get_folder (MainstaySamplePortal *self)
{
  g_return_val_if_fail (MAINSTAY_IS_SAMPLE_PORTAL (self), NULL);

  return self->folder;
}
