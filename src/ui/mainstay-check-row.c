/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-check-row.h"

#include <glib/gi18n.h>

struct _MainstayCheckRow
{
  AdwActionRow parent_instance;

  /* template */
  GtkStack *stack;
  GtkImage *image;
  GtkSpinner *spinner;
  GtkButton *button;

  MainstayCheckAction action;
  const char *style; /* static */
};

G_DEFINE_FINAL_TYPE (MainstayCheckRow, mainstay_check_row, ADW_TYPE_ACTION_ROW)

enum {
  SIGNAL_ACTION,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const struct
{
  const char *icon;
  const char *style;
  const char *name;
} looks[] = {
  [MAINSTAY_CHECK_OK] = { "object-select-symbolic", "success", N_("In order") },
  [MAINSTAY_CHECK_NOTE] = { "dialog-information-symbolic", "dim-label", N_("Note") },
  [MAINSTAY_CHECK_WARNING] = { "dialog-warning-symbolic", "warning", N_("Warning") },
  [MAINSTAY_CHECK_UNKNOWN] = { "dialog-question-symbolic", "warning", N_("Unknown") },
  [MAINSTAY_CHECK_WAITING] = { NULL, NULL, N_("Please wait") },
  [MAINSTAY_CHECK_BLOCKED] = { "dialog-error-symbolic", "error", N_("Not possible") },
};

static const char *
label_of (MainstayCheckAction action)
{
  switch (action)
    {
    case MAINSTAY_CHECK_ACTION_STOP_APP:
      return _("Stop App");
    case MAINSTAY_CHECK_ACTION_ASK_AGAIN:
      return _("Try Again");
    case MAINSTAY_CHECK_ACTION_NONE:
    default:
      return NULL;
    }
}

static void
button_clicked_cb (MainstayCheckRow *self)
{
  g_signal_emit (self, signals[SIGNAL_ACTION], 0, (int) self->action);
}

static void
update_prefix (MainstayCheckRow   *self,
               MainstayCheckState  state)
{
  gboolean waiting = state == MAINSTAY_CHECK_WAITING;

  gtk_spinner_set_spinning (self->spinner, waiting);
  gtk_stack_set_visible_child (self->stack,
                               waiting ? GTK_WIDGET (self->spinner) : GTK_WIDGET (self->image));
  if (self->style != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->image), self->style);
  self->style = looks[state].style;
  if (self->style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->image), self->style);
  gtk_image_set_from_icon_name (self->image, looks[state].icon);
  gtk_accessible_update_property (GTK_ACCESSIBLE (waiting ? GTK_WIDGET (self->spinner) :
                                                            GTK_WIDGET (self->image)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _(looks[state].name), -1);
}

static void
update_button (MainstayCheckRow    *self,
               const MainstayCheck *check)
{
  const char *label = label_of (check->action);

  self->action = check->action;
  if (label != NULL)
    gtk_button_set_label (self->button, label);
  gtk_widget_set_visible (GTK_WIDGET (self->button), label != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), check->state != MAINSTAY_CHECK_WAITING);
}

static void
mainstay_check_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MAINSTAY_TYPE_CHECK_ROW);

  G_OBJECT_CLASS (mainstay_check_row_parent_class)->dispose (object);
}

static void
mainstay_check_row_class_init (MainstayCheckRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_check_row_dispose;

  signals[SIGNAL_ACTION] =
    g_signal_new ("action", MAINSTAY_TYPE_CHECK_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_INT);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-check-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MainstayCheckRow, stack);
  gtk_widget_class_bind_template_child (widget_class, MainstayCheckRow, image);
  gtk_widget_class_bind_template_child (widget_class, MainstayCheckRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, MainstayCheckRow, button);
  gtk_widget_class_bind_template_callback (widget_class, button_clicked_cb);
}

static void
mainstay_check_row_init (MainstayCheckRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** mainstay_check_row_new: Returns: (transfer floating): a row that shows no check yet */
GtkWidget *
mainstay_check_row_new (void)
{
  return g_object_new (MAINSTAY_TYPE_CHECK_ROW, NULL);
}

/** mainstay_check_row_set_check: Shows how @check stands now. */
void
mainstay_check_row_set_check (MainstayCheckRow    *self,
                              const MainstayCheck *check)
{
  g_return_if_fail (MAINSTAY_IS_CHECK_ROW (self));
  g_return_if_fail (check != NULL && (size_t) check->state < G_N_ELEMENTS (looks));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), check->title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), check->detail != NULL ? check->detail : "");
  update_prefix (self, check->state);
  update_button (self, check);
}
