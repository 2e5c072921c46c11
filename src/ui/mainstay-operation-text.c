/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-operation-text.h"

#include "config.h"
#include "mainstay-format.h"
#include "mainstay-message.h"
#include "mainstay-operations.h"

#include <glib/gi18n.h>

static char *
dup_title (const MainstayOperationFacts *facts)
{
  switch (facts->kind)
    {
    case MAINSTAY_OPERATION_CREATE:
      /* translators: %s is an environment */
      return g_strdup_printf (_("Backup of %s"), facts->environment);
    case MAINSTAY_OPERATION_RESTORE:
      /* translators: %s is an environment */
      return g_strdup_printf (_("Restore into %s"), facts->environment);
    case MAINSTAY_OPERATION_UPLOAD:
      /* translators: %s is an environment */
      return g_strdup_printf (_("Data upload to %s"), facts->environment);
    case MAINSTAY_OPERATION_DOWNLOAD:
    default:
      if (facts->file_name != NULL)
        /* translators: %s is the name of a file */
        return g_strdup_printf (_("Download of %s"), facts->file_name);
      /* translators: %s is an environment */
      return g_strdup_printf (_("Download from %s"), facts->environment);
    }
}

static const char *
get_icon_name (const MainstayOperationFacts *facts)
{
  if (facts->state == MAINSTAY_OPERATION_FAILED)
    return "dialog-error-symbolic";
  if (facts->state == MAINSTAY_OPERATION_CANCELLED)
    return "process-stop-symbolic";
  if (facts->state == MAINSTAY_OPERATION_DONE)
    return "object-select-symbolic";
  if (facts->state == MAINSTAY_OPERATION_PAUSED)
    return "media-playback-pause-symbolic";
  switch (facts->kind)
    {
    case MAINSTAY_OPERATION_CREATE:
      return "document-save-symbolic";
    case MAINSTAY_OPERATION_RESTORE:
      return "document-revert-symbolic";
    case MAINSTAY_OPERATION_UPLOAD:
      return "go-up-symbolic";
    case MAINSTAY_OPERATION_DOWNLOAD:
    default:
      return "folder-download-symbolic";
    }
}

static const char *
get_step_sentence (const MainstayOperationFacts *facts)
{
  switch (facts->step)
    {
    case MAINSTAY_STEP_SAFETY_BACKUP:
      return _("Making a safety backup first");
    case MAINSTAY_STEP_CREATING:
      return _("The portal is making the backup");
    case MAINSTAY_STEP_PREPARING:
      return _("The portal is preparing the file");
    case MAINSTAY_STEP_TRANSFERRING:
      return facts->kind == MAINSTAY_OPERATION_UPLOAD ? _("Sending the data")
                                                      : _("Receiving the file");
    case MAINSTAY_STEP_VERIFYING:
      return _("Verifying the file");
    case MAINSTAY_STEP_RESTORING:
      return _("The portal is restoring the backup");
    case MAINSTAY_STEP_LOADING:
      return _("The portal is loading the data");
    case MAINSTAY_STEP_NONE:
    default:
      return _("Starting");
    }
}

static char *
dup_done (const MainstayOperationFacts *facts)
{
  g_autofree char *clock = mainstay_format_clock (facts->finished_at);

  if (facts->kind == MAINSTAY_OPERATION_UPLOAD)
    /* translators: %s is an environment */
    return g_strdup_printf (_("Completed. Deploy a package to %s before the app is started."),
                            facts->environment);
  if (facts->kind == MAINSTAY_OPERATION_DOWNLOAD)
    /* translators: %s is a clock time */
    return g_strdup_printf (_("Completed and verified at %s"), clock);
  /* translators: %s is a clock time */
  return g_strdup_printf (_("Completed at %s"), clock);
}

/* What keeps it from getting on, or else @sentence. */
static char *
dup_trouble_or (const MainstayOperationFacts *facts,
                const char                   *sentence)
{
  return facts->trouble != NULL ? mainstay_message_dup_trouble (facts->trouble)
                                : g_strdup (sentence);
}

static char *
dup_paused (const MainstayOperationFacts *facts)
{
  g_autofree char *trouble = NULL;

  if (facts->trouble == NULL)
    return g_strdup (_("Paused"));
  trouble = mainstay_message_dup_trouble (facts->trouble);
  /* translators: %s is a sentence that says what it waits for */
  return facts->paused_by_user ? g_strdup_printf (_("Paused. %s"), trouble)
                               : g_steal_pointer (&trouble);
}

static char *
dup_failed (const MainstayOperationFacts *facts)
{
  g_autofree char *line = facts->error != NULL ? mainstay_message_dup_line (facts->error)
                                               : g_strdup (_("Failed"));

  if (facts->kept == NULL)
    return g_steal_pointer (&line);
  /* translators: a sentence that says what is wrong with a file, and where that file is */
  return g_strdup_printf (_("%1$s The bad file was kept as “%2$s”; it can be deleted."), line,
                          facts->kept);
}

/* What is under way was told to stop, which may take a moment. */
static const char *
get_stopping (const MainstayOperationFacts *facts)
{
  if (facts->state == MAINSTAY_OPERATION_CANCELLED || !facts->stopping)
    return NULL;
  return facts->cancelling ? _("Cancelling…") : _("Pausing…");
}

static char *
dup_subtitle (const MainstayOperationFacts *facts)
{
  if (get_stopping (facts) != NULL)
    return g_strdup (get_stopping (facts));
  switch (facts->state)
    {
    case MAINSTAY_OPERATION_QUEUED:
      return g_strdup (_("Waiting"));
    case MAINSTAY_OPERATION_PAUSED:
      return dup_paused (facts);
    case MAINSTAY_OPERATION_DONE:
      return dup_done (facts);
    case MAINSTAY_OPERATION_FAILED:
      return dup_failed (facts);
    case MAINSTAY_OPERATION_CANCELLED:
      return g_strdup (_("Cancelled"));
    case MAINSTAY_OPERATION_RUNNING:
    case MAINSTAY_OPERATION_VERIFYING:
    default:
      return dup_trouble_or (facts, get_step_sentence (facts));
    }
}

static void
add_part (GString *text,
          char    *part)
{
  g_autofree char *owned = part;

  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, owned);
}

/* "12 MB of 40 MB · 3 MB/s · About 2 minutes left", or the share when bytes do not count. */
static char *
dup_progress_text (const MainstayOperationFacts *facts)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (facts->bytes_done >= 0 && (facts->step == MAINSTAY_STEP_TRANSFERRING ||
                                 facts->state == MAINSTAY_OPERATION_PAUSED))
    {
      g_autofree char *done = mainstay_format_size (facts->bytes_done);
      g_autofree char *total = mainstay_format_size (facts->bytes_total);

      /* translators: sizes, as in "12 MB of 40 MB" */
      add_part (text, facts->bytes_total > 0 ? g_strdup_printf (_("%s of %s"), done, total)
                                             : g_strdup (done));
      if (facts->speed > 0)
        add_part (text, mainstay_format_speed (facts->speed));
      if (facts->seconds_left >= 0)
        add_part (text, mainstay_format_time_left (facts->seconds_left));
    }
  else if (facts->progress >= 0)
    add_part (text, mainstay_format_percent (facts->progress));
  if (facts->retries > 0)
    add_part (text, g_strdup_printf (ngettext ("%u retry", "%u retries", facts->retries),
                                     facts->retries));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * mainstay_operation_text_new:
 * @facts: what is known
 *
 * Returns: (transfer full): the words for it
 */
MainstayOperationText *
mainstay_operation_text_new (const MainstayOperationFacts *facts)
{
  MainstayOperationText *self;

  g_return_val_if_fail (facts != NULL, NULL);

  self = g_new0 (MainstayOperationText, 1);
  self->title = dup_title (facts);
  self->subtitle = dup_subtitle (facts);
  self->icon_name = get_icon_name (facts);
  self->active = facts->state == MAINSTAY_OPERATION_QUEUED ||
                 facts->state == MAINSTAY_OPERATION_RUNNING ||
                 facts->state == MAINSTAY_OPERATION_PAUSED ||
                 facts->state == MAINSTAY_OPERATION_VERIFYING;
  self->progress = self->active && facts->progress >= 0 ? CLAMP (facts->progress, 0, 1) : -1;
  self->progress_text = self->active ? dup_progress_text (facts) : g_strdup ("");
  return self;
}

MainstayOperationText *
mainstay_operation_text_for_operation (MainstayOperation *operation)
{
  g_autofree char *file_name = NULL;
  g_autofree char *kept = NULL;
  MainstayOperationFacts facts = { 0 };

  g_return_val_if_fail (MAINSTAY_IS_OPERATION (operation), NULL);

  facts.kind = mainstay_operation_get_kind (operation);
  facts.state = mainstay_operation_get_state (operation);
  facts.step = mainstay_operation_get_step (operation);
  facts.environment =
    mainstay_environment_get_mode (mainstay_operation_get_environment (operation));
  facts.progress = mainstay_operation_get_progress (operation);
  facts.bytes_done = mainstay_operation_get_bytes_done (operation);
  facts.bytes_total = mainstay_operation_get_bytes_total (operation);
  facts.speed = mainstay_operation_get_speed (operation);
  facts.seconds_left = mainstay_operation_get_seconds_left (operation);
  facts.finished_at = mainstay_operation_get_finished_at (operation);
  facts.retries = mainstay_operation_get_retries (operation);
  facts.error = mainstay_operation_get_error (operation);
  facts.trouble = mainstay_operation_get_trouble (operation);
  facts.paused_by_user = mainstay_operation_is_paused_by_user (operation);
  facts.cancelling = mainstay_operation_is_cancelling (operation);
  /* The wish is there a little before the stop is, and is what is notified. */
  facts.stopping = mainstay_operation_is_stopping (operation) ||
                   (mainstay_operation_is_busy (operation) &&
                    (facts.paused_by_user || facts.cancelling));
  if (facts.kind == MAINSTAY_OPERATION_DOWNLOAD)
    {
      file_name = g_filename_display_basename (mainstay_download_operation_get_path (operation));
      if (mainstay_download_operation_get_kept (operation) != NULL)
        kept = g_filename_display_name (mainstay_download_operation_get_kept (operation));
    }
  facts.file_name = file_name;
  facts.kept = kept;
  return mainstay_operation_text_new (&facts);
}

void
mainstay_operation_text_free (MainstayOperationText *self)
{
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->subtitle, g_free);
  g_clear_pointer (&self->progress_text, g_free);
  g_free (self);
}
