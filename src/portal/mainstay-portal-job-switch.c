/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mainstay-portal-job.h"
#include "mainstay-portal-private.h"

/* Starting an app takes its time in the cloud too: whoever polls must see it under way. */
#define LEAST_MS 300
#define COMMAND_TIMEOUT_MS (5 * 60 * 1000)
#define POLL_MS 20

static void
pause_for (GCancellable *cancellable,
           int           milliseconds)
{
  GPollFD poll_fd;

  if (!g_cancellable_make_pollfd (cancellable, &poll_fd))
    {
      g_usleep ((gulong) milliseconds * 1000);
      return;
    }
  g_poll (&poll_fd, 1, milliseconds);
  g_cancellable_release_fd (cancellable);
}

/* A group of its own, so that what the command started ends with it. */
static void
lead_group (gpointer user_data)
{
  setpgid (0, 0);
}

static gboolean
fail (MainstayPortalJob  *self,
      GError            **error,
      const char         *reason)
{
  g_set_error (error, MAINSTAY_ERROR,
               self->is_start ? MAINSTAY_ERROR_START_FAILED : MAINSTAY_ERROR_STOP_FAILED,
               self->is_start ? "The app could not be started: %s"
                              : "The app could not be stopped: %s", reason);
  return FALSE;
}

static gboolean
wait_for (MainstayPortalJob  *self,
          GPid                pid,
          int                *status,
          GError            **error)
{
  gint64 end = g_get_monotonic_time () + COMMAND_TIMEOUT_MS * (gint64) 1000;
  pid_t result;

  while ((result = waitpid (pid, status, WNOHANG)) == 0)
    {
      pause_for (self->cancellable, POLL_MS);
      if (!g_cancellable_is_cancelled (self->cancellable) && g_get_monotonic_time () < end)
        continue;
      kill (-pid, SIGKILL);
      waitpid (pid, status, 0);
      return !g_cancellable_set_error_if_cancelled (self->cancellable, error) &&
             fail (self, error, "the command took too long");
    }
  return result == pid || fail (self, error, "the command was lost");
}

static gboolean
run_command (MainstayPortalJob  *self,
             const char         *command,
             GError            **error)
{
  g_auto(GStrv) arguments = NULL;
  g_autofree char *reason = NULL;
  int status = 0;
  GPid pid;

  if (!g_shell_parse_argv (command, NULL, &arguments, NULL))
    return fail (self, error, "the command is not written correctly");
  if (!g_spawn_async (self->portal->directory, arguments, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                        G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                      lead_group, NULL, &pid, NULL))
    return fail (self, error, "the command cannot be run");
  if (!wait_for (self, pid, &status, error))
    return FALSE;
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return TRUE;
  reason = WIFEXITED (status)
             ? g_strdup_printf ("the command ended with code %d", WEXITSTATUS (status))
             : g_strdup_printf ("the command was ended by signal %d", WTERMSIG (status));
  return fail (self, error, reason);
}

static gboolean
switch_work (MainstayPortalJob  *self,
             GError            **error)
{
  const char *command = self->is_start ? self->environment->start_command
                                       : self->environment->stop_command;
  gint64 end = g_get_monotonic_time () + LEAST_MS * 1000;
  gint64 left;

  if (command != NULL && *command != '\0' && !run_command (self, command, error))
    return FALSE;
  left = end - g_get_monotonic_time ();
  if (left > 0)
    pause_for (self->cancellable, (int) (left / 1000));
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

static gboolean
switch_record (MainstayPortalJob          *self,
               MainstayPortalTransaction  *tx,
               GError                    **error)
{
  g_autoptr(MainstayPortalEnvironment) now =
    mainstay_portal_read_again (tx, self->environment, error);

  if (now == NULL)
    return FALSE;
  now->status = self->is_start ? MAINSTAY_ENVIRONMENT_RUNNING : MAINSTAY_ENVIRONMENT_STOPPED;
  return mainstay_portal_store_put_environment (tx, now, error);
}

const MainstayPortalJobClass mainstay_portal_job_switch = {
  .kind = MAINSTAY_PORTAL_JOB_SWITCH,
  .done_message = NULL,
  .work = switch_work,
  .record = switch_record,
};
