/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-activity-row.h"

#include "mainstay-format.h"

#include <glib/gi18n.h>

/* The kinds of portal-api.md, part 3; a newer server may know others. */
static const struct
{
  const char *kind;
  const char *done;  /* when it went well */
  const char *title; /* when it did not, or not yet */
  const char *icon_name;
} kinds[] = {
  { "create", N_("Backup created"), N_("Creation of a backup"), "document-save-symbolic" },
  { "nightly", N_("Nightly backup"), N_("Nightly backup"), "document-save-symbolic" },
  { "restore", N_("Backup restored"), N_("Restore of a backup"), "document-revert-symbolic" },
  { "data_upload", N_("Data uploaded"), N_("Upload of data"), "go-up-symbolic" },
  { "download", N_("Backup downloaded"), N_("Download of a backup"), "folder-download-symbolic" },
  { "delete", N_("Backup deleted"), N_("Deletion of a backup"), "user-trash-symbolic" },
  { "expire", N_("Backup expired"), N_("Expiry of a backup"), "user-trash-symbolic" },
  { "start", N_("App started"), N_("Start of the app"), "media-playback-start-symbolic" },
  { "stop", N_("App stopped"), N_("Stop of the app"), "media-playback-stop-symbolic" },
  { "deploy", N_("Package deployed"), N_("Deployment of a package"), "emblem-system-symbolic" },
};

static char *
dup_title (MainstayActivityEntry  *entry,
           const char            **icon_name)
{
  const char *kind = mainstay_activity_entry_get_kind (entry);
  MainstayJobState state = mainstay_activity_entry_get_state (entry);
  gboolean done = state == MAINSTAY_JOB_COMPLETED || state == MAINSTAY_JOB_UNKNOWN;

  *icon_name = "emblem-system-symbolic";
  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].kind, kind) == 0)
      {
        *icon_name = kinds[i].icon_name;
        return g_strdup (done ? _(kinds[i].done) : _(kinds[i].title));
      }
  if (kind == NULL || *kind == '\0')
    return g_strdup (_("Other activity"));
  /* translators: %s is a kind of activity that only the portal knows, as in "scale" */
  return g_strdup_printf (_("Other activity: %s"), kind);
}

static void
add_part (GString    *text,
          const char *part)
{
  if (part == NULL || *part == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, part);
}

/* What the schedule did comes under the name that the portal's own page gives it. */
static const char *
get_author (MainstayActivityEntry *entry)
{
  const char *by = mainstay_activity_entry_get_by (entry);

  return g_strcmp0 (by, "Nightly") == 0 ? _("Nightly") : by;
}

/* The portal's "Completed restore" is what the title says already, in the user's own language. */
static gboolean
is_worth_showing (MainstayActivityEntry *entry)
{
  const char *message = mainstay_activity_entry_get_message (entry);

  if (message == NULL || *message == '\0')
    return FALSE;
  return mainstay_activity_entry_get_state (entry) != MAINSTAY_JOB_COMPLETED ||
         !g_str_has_prefix (message, "Completed ");
}

/* "Failed · Ada · 23 Nov 2026, 06:10", then what the portal says. */
static char *
dup_entry_subtitle (MainstayActivityEntry *entry)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *date = mainstay_format_date (mainstay_activity_entry_get_at (entry));
  MainstayJobState state = mainstay_activity_entry_get_state (entry);

  if (state != MAINSTAY_JOB_COMPLETED && state != MAINSTAY_JOB_UNKNOWN)
    add_part (text, mainstay_format_job_state (state));
  add_part (text, get_author (entry));
  add_part (text, date);
  if (is_worth_showing (entry))
    {
      g_autofree char *valid =
        g_utf8_make_valid (mainstay_activity_entry_get_message (entry), -1);

      g_string_append_printf (text, "\n%s", g_strstrip (valid));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static GtkWidget *
make_label (const char *text,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
mark_state (GtkWidget        *icon,
            MainstayJobState  state)
{
  if (state == MAINSTAY_JOB_FAILED)
    gtk_widget_add_css_class (icon, "error");
}

GtkWidget *
mainstay_activity_row_new (MainstayActivityEntry *entry)
{
  const char *icon_name;
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;
  GtkWidget *row, *box, *text, *icon;

  g_return_val_if_fail (MAINSTAY_IS_ACTIVITY_ENTRY (entry), NULL);

  title = dup_title (entry, &icon_name);
  subtitle = dup_entry_subtitle (entry);
  row = gtk_list_box_row_new ();
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  text = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", icon_name, "valign", GTK_ALIGN_START,
                       "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  mark_state (icon, mainstay_activity_entry_get_state (entry));
  gtk_box_append (GTK_BOX (text), make_label (title, "body"));
  gtk_box_append (GTK_BOX (text), make_label (subtitle, "caption"));
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), text);
  gtk_widget_add_css_class (row, "activity-entry");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}
