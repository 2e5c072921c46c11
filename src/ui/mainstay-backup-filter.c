/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-backup-filter.h"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

struct _MainstayBackupFilter
{
  GtkFilter parent_instance;

  GStrv words; /* (nullable): casefolded */
  MainstayJobState state;
};

G_DEFINE_FINAL_TYPE (MainstayBackupFilter, mainstay_backup_filter, GTK_TYPE_FILTER)

static gboolean
has_word (const char *text,
          const char *word)
{
  g_autofree char *folded = NULL;

  if (text == NULL)
    return FALSE;
  folded = g_utf8_casefold (text, -1);
  return strstr (folded, word) != NULL;
}

static gboolean
has_every_word (MainstayBackupFilter *self,
                MainstayBackup       *backup)
{
  const char *creator = mainstay_backup_is_automatic (backup)
                          ? _("Nightly")
                          : mainstay_backup_get_created_by (backup);

  for (size_t i = 0; self->words[i] != NULL; i++)
    if (!has_word (mainstay_backup_get_comment (backup), self->words[i]) &&
        !has_word (creator, self->words[i]) &&
        !has_word (mainstay_backup_get_model_version (backup), self->words[i]) &&
        !has_word (mainstay_backup_get_id (backup), self->words[i]))
      return FALSE;
  return TRUE;
}

static gboolean
mainstay_backup_filter_match (GtkFilter *filter,
                              gpointer   item)
{
  MainstayBackupFilter *self = MAINSTAY_BACKUP_FILTER (filter);
  MainstayBackup *backup = MAINSTAY_BACKUP (item);

  if (self->state != MAINSTAY_JOB_UNKNOWN && mainstay_backup_get_state (backup) != self->state)
    return FALSE;
  return self->words == NULL || has_every_word (self, backup);
}

static GtkFilterMatch
mainstay_backup_filter_get_strictness (GtkFilter *filter)
{
  return mainstay_backup_filter_is_active (MAINSTAY_BACKUP_FILTER (filter)) ? GTK_FILTER_MATCH_SOME
                                                                            : GTK_FILTER_MATCH_ALL;
}

static void
mainstay_backup_filter_finalize (GObject *object)
{
  g_clear_pointer (&MAINSTAY_BACKUP_FILTER (object)->words, g_strfreev);

  G_OBJECT_CLASS (mainstay_backup_filter_parent_class)->finalize (object);
}

static void
mainstay_backup_filter_class_init (MainstayBackupFilterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkFilterClass *filter_class = GTK_FILTER_CLASS (klass);

  object_class->finalize = mainstay_backup_filter_finalize;
  filter_class->match = mainstay_backup_filter_match;
  filter_class->get_strictness = mainstay_backup_filter_get_strictness;
}

static void
mainstay_backup_filter_init (MainstayBackupFilter *self)
{
}

/** mainstay_backup_filter_new: Returns: (transfer full): a filter that lets all through */
MainstayBackupFilter *
mainstay_backup_filter_new (void)
{
  return g_object_new (MAINSTAY_TYPE_BACKUP_FILTER, NULL);
}

/* Empty pieces come from spaces side by side and would match nothing useful. */
static GStrv
split_words (const char *search)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *folded = g_utf8_casefold (search != NULL ? search : "", -1);
  g_auto(GStrv) pieces = g_strsplit_set (folded, " \t", -1);
  gboolean any = FALSE;

  for (size_t i = 0; pieces[i] != NULL; i++)
    if (*pieces[i] != '\0')
      {
        g_strv_builder_add (builder, pieces[i]);
        any = TRUE;
      }
  return any ? g_strv_builder_end (builder) : NULL;
}

static gboolean
same_words (GStrv a,
            GStrv b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal ((const char *const *) a, (const char *const *) b);
}

void
mainstay_backup_filter_set_search (MainstayBackupFilter *self,
                                   const char           *search)
{
  g_auto(GStrv) words = NULL;

  g_return_if_fail (MAINSTAY_IS_BACKUP_FILTER (self));

  words = split_words (search);
  if (same_words (words, self->words))
    return;
  g_clear_pointer (&self->words, g_strfreev);
  self->words = g_steal_pointer (&words);
  gtk_filter_changed (GTK_FILTER (self), GTK_FILTER_CHANGE_DIFFERENT);
}

void
mainstay_backup_filter_set_state (MainstayBackupFilter *self,
                                  MainstayJobState      state)
{
  g_return_if_fail (MAINSTAY_IS_BACKUP_FILTER (self));

  if (self->state == state)
    return;
  self->state = state;
  gtk_filter_changed (GTK_FILTER (self), GTK_FILTER_CHANGE_DIFFERENT);
}

/** mainstay_backup_filter_is_active: Returns: whether anything may be held back */
gboolean
mainstay_backup_filter_is_active (MainstayBackupFilter *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_FILTER (self), FALSE);

  return self->words != NULL || self->state != MAINSTAY_JOB_UNKNOWN;
}
