/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-postgresql-tools.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mainstay-disk.h"
#include "mainstay-error.h"

#define CHUNK_BYTES (256 * 1024)
#define COMPLAINT_BYTES (32 * 1024)
#define LONGEST_DETAIL 400
#define MOST_OUTPUT (64 * 1024 * 1024)
#define PATIENCE_MS 3000
#define PIPE_BYTES (1024 * 1024)
#define POLL_MS 20
/* A server that is gone without a word is given up in about a minute. */
#define KEEPALIVES " keepalives_idle=20 keepalives_interval=10 keepalives_count=3" \
                   " tcp_user_timeout=60000"

typedef struct
{
  const MainstayPortalPostgresqlRun *run;
  GPid pid;
  int out;            /* -1 once it is closed */
  int complaints;     /* -1 once it is closed */
  GString *output;
  GString *text;      /* of the complaints, the first of it */
  GError *error;      /* of what came first */
  GOutputStream *feed; /* (nullable): to what it reads */
  GThread *feeder;     /* (nullable) */
  GError *feed_error;  /* the feeder's, until it was joined */
} Child;

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static void
child_clear (Child *self)
{
  close_fd (&self->out);
  close_fd (&self->complaints);
  if (self->output != NULL)
    g_string_free (g_steal_pointer (&self->output), TRUE);
  if (self->text != NULL)
    g_string_free (g_steal_pointer (&self->text), TRUE);
  g_clear_error (&self->error);
  g_clear_object (&self->feed);
  g_clear_error (&self->feed_error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Child, child_clear)

static GCancellable *
get_cancellable (Child *self)
{
  if (self->run->cancellable != NULL)
    return self->run->cancellable;
  return self->run->meter != NULL ? self->run->meter->cancellable : NULL;
}

/* Between fork and exec: a group of its own, which is ended as one, and no life after ours. */
static void
prepare_child (gpointer user_data)
{
  setpgid (0, 0);
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  if (getppid () != (pid_t) GPOINTER_TO_INT (user_data))
    _exit (1);
}

/* In the form that all the programs understand, whatever the name. */
static char *
make_connection (const char *database)
{
  g_autoptr(GString) text = g_string_new ("dbname='");

  for (const char *c = database; *c != '\0'; c++)
    {
      if (*c == '\'' || *c == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *c);
    }
  g_string_append (text, "'" KEEPALIVES);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static GStrv
make_argv (const MainstayPortalPostgresqlRun *run)
{
  const char *database = run->database != NULL ? run->database : run->uri->database;
  g_autofree char *connection = make_connection (database);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add_many (builder, run->program, "--no-password", "--dbname", connection, NULL);
  g_strv_builder_addv (builder, (const char **) run->arguments);
  return g_strv_builder_end (builder);
}

static GStrv
make_environment (const MainstayPortalPostgresqlRun *run)
{
  GStrv environment = mainstay_portal_postgresql_uri_make_environment (run->uri);
  const char *options = g_environ_getenv (environment, "PGOPTIONS");
  g_autofree char *all = NULL;

  if (run->options == NULL)
    return environment;
  all = g_strconcat (options != NULL ? options : "", " ", run->options, NULL);
  return g_environ_setenv (environment, "PGOPTIONS", all, TRUE);
}

/* A file rather than a pipe, which need not be fed. */
static int
make_input (const char  *text,
            GError     **error)
{
  int fd = memfd_create ("mainstay-input", MFD_CLOEXEC);

  if (fd >= 0 && mainstay_disk_write (fd, text, strlen (text), error))
    {
      lseek (fd, 0, SEEK_SET);
      return fd;
    }
  if (fd < 0)
    mainstay_disk_error_set (error, errno, "Cannot prepare a program's input");
  close_fd (&fd);
  return -1;
}

/* Returns: the end that the program reads from; the other is @feed's */
static int
make_pipe (Child   *self,
           GError **error)
{
  int fds[2];

  if (pipe2 (fds, O_CLOEXEC) < 0)
    {
      mainstay_disk_error_set (error, errno, "Cannot prepare a program's input");
      return -1;
    }
  /* A larger one only saves changes between the two that use it. */
  fcntl (fds[1], F_SETPIPE_SZ, PIPE_BYTES);
  self->feed = g_unix_output_stream_new (fds[1], TRUE);
  return fds[0];
}

/* That the program wants no more is its own affair, which its end tells. */
static gpointer
run_feeder (gpointer data)
{
  Child *self = data;
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);
  if (!self->run->feed (self->feed, self->run->feed_data, &self->feed_error) &&
      g_error_matches (self->feed_error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    g_clear_error (&self->feed_error);
  g_output_stream_close (self->feed, NULL, NULL);
  return NULL;
}

static gboolean
spawn (Child   *self,
       GError **error)
{
  const MainstayPortalPostgresqlRun *run = self->run;
  g_auto(GStrv) argv = make_argv (run);
  g_auto(GStrv) environment = make_environment (run);
  g_autoptr(GError) local_error = NULL;
  int input = run->feed != NULL ? make_pipe (self, error)
                                : make_input (run->input != NULL ? run->input : "", error);
  gboolean ok;

  if (input < 0)
    return FALSE;
  ok = g_spawn_async_with_pipes_and_fds (
    "/", (const char *const *) argv, (const char *const *) environment,
    G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES, prepare_child,
    GINT_TO_POINTER ((int) getpid ()), input, -1, -1, NULL, NULL, 0, &self->pid, NULL, &self->out,
    &self->complaints, &local_error);
  close_fd (&input);
  if (ok && self->feed != NULL)
    self->feeder = g_thread_new ("feed", run_feeder, self);
  if (ok)
    return TRUE;
  g_message ("%s cannot be run: %s", run->program, local_error->message);
  g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                       "A program of PostgreSQL's cannot be run on the portal's machine");
  return FALSE;
}

static gboolean
take_output (Child        *self,
             const guint8 *bytes,
             size_t        length)
{
  if (self->run->to == NULL)
    {
      if (self->output->len + length > MOST_OUTPUT)
        {
          g_set_error_literal (&self->error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                               "The database server's answer is too long");
          return FALSE;
        }
      g_string_append_len (self->output, (const char *) bytes, (gssize) length);
      return TRUE;
    }
  if (!g_output_stream_write_all (self->run->to, bytes, length, NULL, get_cancellable (self),
                                  &self->error))
    return FALSE;
  mainstay_portal_meter_add (self->run->meter, (gint64) length);
  return TRUE;
}

/* The first complaint is the cause of the others. */
static gboolean
take_complaint (Child        *self,
                const guint8 *bytes,
                size_t        length)
{
  size_t room = COMPLAINT_BYTES - MIN (COMPLAINT_BYTES, self->text->len);

  g_string_append_len (self->text, (const char *) bytes, (gssize) MIN (length, room));
  return TRUE;
}

static gboolean
read_from (Child     *self,
           int       *fd,
           guint8    *buffer,
           gboolean (*take) (Child *, const guint8 *, size_t))
{
  ssize_t count = read (*fd, buffer, CHUNK_BYTES);

  if (count > 0)
    return take (self, buffer, (size_t) count);
  if (count == 0 || errno != EINTR)
    close_fd (fd);
  return TRUE;
}

static gboolean
wait_for_bytes (Child   *self,
                GPollFD  fds[3])
{
  gboolean can_cancel = g_cancellable_make_pollfd (get_cancellable (self), &fds[2]);
  unsigned int count = can_cancel ? 3 : 2;

  fds[0] = (GPollFD) { self->out, G_IO_IN, 0 };
  fds[1] = (GPollFD) { self->complaints, G_IO_IN, 0 };
  g_poll (fds, count, -1);
  if (can_cancel)
    g_cancellable_release_fd (get_cancellable (self));
  return !g_cancellable_set_error_if_cancelled (get_cancellable (self), &self->error);
}

/* Until it has closed both: its end. */
static gboolean
read_all (Child *self)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK_BYTES);

  while (self->out >= 0 || self->complaints >= 0)
    {
      GPollFD fds[3];

      if (!wait_for_bytes (self, fds) ||
          (fds[0].revents != 0 && !read_from (self, &self->out, buffer, take_output)) ||
          (fds[1].revents != 0 && !read_from (self, &self->complaints, buffer, take_complaint)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_ended (Child *self,
           int    milliseconds,
           int   *status)
{
  for (int waited = 0; waited <= milliseconds; waited += POLL_MS)
    {
      if (waitpid (self->pid, status, WNOHANG) != 0)
        return TRUE;
      g_usleep (POLL_MS * 1000);
    }
  return FALSE;
}

/* Asked to end, the programs take back what they began on the server. */
static void
end_child (Child *self)
{
  int status;

  kill (-self->pid, SIGTERM);
  close_fd (&self->out);
  close_fd (&self->complaints);
  if (!has_ended (self, PATIENCE_MS, &status))
    {
      kill (-self->pid, SIGKILL);
      waitpid (self->pid, &status, 0);
    }
  /* Its own helpers, should they be slower. */
  kill (-self->pid, SIGKILL);
}

/* What it could not be fed is why it failed. */
static gboolean
end_feed (Child   *self,
          GError **error)
{
  if (self->feeder == NULL)
    return TRUE;
  g_thread_join (g_steal_pointer (&self->feeder));
  if (self->feed_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->feed_error));
  return FALSE;
}

/* "could not execute query: ERROR:  …", "connection to server at … failed: FATAL:  …": where the
 * server is, is nobody's business. */
static const char *
skip_to_cause (const char *text)
{
  static const char *const marks[] = { "ERROR:  ", "FATAL:  ", "PANIC:  ", " failed: " };

  for (size_t i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strstr (text, marks[i]) != NULL &&
        (i < 3 || g_str_has_prefix (text, "connection to server")))
      return strstr (text, marks[i]) + strlen (marks[i]);
  return text;
}

/* `psql:<stdin>:3: error: …`, `pg_restore: error: …`, `… FATAL:  …`; other lines may quote data. */
static char *
find_detail (const char *text)
{
  static const char *const marks[] = { "error: ", "ERROR:  ", "FATAL:  ", "PANIC:  ", "fatal: " };
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (size_t i = 0; lines[i] != NULL; i++)
    for (size_t j = 0; j < G_N_ELEMENTS (marks); j++)
      {
        const char *found = strstr (lines[i], marks[j]);

        if (found == NULL)
          continue;
        return g_utf8_make_valid (skip_to_cause (found + strlen (marks[j])), -1);
      }
  return NULL;
}

static char *
hide (const char *text,
      const char *secret)
{
  g_auto(GStrv) parts = NULL;

  if (secret == NULL || *secret == '\0' || strstr (text, secret) == NULL)
    return g_strdup (text);
  parts = g_strsplit (text, secret, -1);
  return g_strjoinv ("…", parts);
}

static char *
describe (Child *self)
{
  g_autofree char *detail = find_detail (self->text->str);
  g_autofree char *clean = NULL;

  if (detail == NULL)
    return NULL;
  clean = hide (detail, self->run->uri->password);
  if (g_utf8_strlen (clean, -1) > LONGEST_DETAIL)
    *g_utf8_offset_to_pointer (clean, LONGEST_DETAIL) = '\0';
  return g_strdup (g_strstrip (clean));
}

/* psql has a code of its own for a lost connection; the others only words. */
static gboolean
is_unreachable (Child *self,
                int    code)
{
  static const char *const words[] = {
    "connection to server", "could not connect", "could not translate host name",
    "server closed the connection", "terminating connection", "the database system is",
    "connection to database", "no connection to the server", "SSL SYSCALL error",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (self->text->str, words[i]) != NULL)
      return TRUE;
  return code == 2 && g_str_has_suffix (self->run->program, "psql");
}

static gboolean
judge (Child   *self,
       int      status,
       GError **error)
{
  g_autofree char *name = g_path_get_basename (self->run->program);
  g_autofree char *detail = NULL;

  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return TRUE;
  detail = describe (self);
  if (detail == NULL && strstr (self->text->str, "connection to server was lost") != NULL)
    detail = g_strdup ("the connection was lost");
  else if (detail == NULL && WIFEXITED (status))
    detail = g_strdup_printf ("%s ended with code %d", name, WEXITSTATUS (status));
  else if (detail == NULL)
    detail = g_strdup_printf ("%s was ended by signal %d", name, WTERMSIG (status));
  /* For which it may have closed the connection as well. */
  if (strstr (self->text->str, "No space left on device") != NULL)
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED,
                 "The database server's disk is full: %s", detail);
  else if (WIFEXITED (status) && is_unreachable (self, WEXITSTATUS (status)))
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                 "The database server cannot be reached: %s", detail);
  else
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_FAILED, "The database server: %s", detail);
  return FALSE;
}

gboolean
mainstay_portal_postgresql_run (const MainstayPortalPostgresqlRun  *run,
                                char                              **output,
                                GError                            **error)
{
  g_auto(Child) child = { .run = run, .out = -1, .complaints = -1 };
  int status = 0;

  child.output = g_string_new (NULL);
  child.text = g_string_new (NULL);
  if (g_cancellable_set_error_if_cancelled (get_cancellable (&child), error) ||
      !spawn (&child, error))
    return FALSE;
  if (!read_all (&child))
    {
      end_child (&child);
      end_feed (&child, NULL);
      g_propagate_error (error, g_steal_pointer (&child.error));
      return FALSE;
    }
  while (waitpid (child.pid, &status, 0) < 0 && errno == EINTR)
    continue;
  if (!end_feed (&child, error) || !judge (&child, status, error))
    return FALSE;
  if (output != NULL)
    *output = g_string_free (g_steal_pointer (&child.output), FALSE);
  return TRUE;
}
