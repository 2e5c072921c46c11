/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-environment-strip.h"

#include "config.h"

#include <glib/gi18n.h>

struct _MainstayEnvironmentStrip
{
  GtkWidget parent_instance;

  GtkWidget *scrolled_window;
  GtkWidget *box;
  GListModel *model;
  MainstayEnvironment *selected;
  unsigned int scroll_source;
  gboolean selecting; /* not by a person */
};

enum { CHOSEN, N_SIGNALS };

static unsigned int signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MainstayEnvironmentStrip, mainstay_environment_strip, GTK_TYPE_WIDGET)

/* On a narrow window the chosen one may lie outside. */
static void
scroll_to (MainstayEnvironmentStrip *self,
           GtkWidget                *button)
{
  GtkAdjustment *adjustment =
    gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scrolled_window));
  graphene_rect_t bounds;

  if (gtk_widget_compute_bounds (button, self->box, &bounds))
    gtk_adjustment_clamp_page (adjustment, bounds.origin.x,
                               bounds.origin.x + bounds.size.width);
}

static void
button_toggled_cb (GtkToggleButton          *button,
                   MainstayEnvironmentStrip *self)
{
  MainstayEnvironment *environment;

  if (self->selecting || !gtk_toggle_button_get_active (button))
    return;
  environment =
    mainstay_environment_button_get_environment (MAINSTAY_ENVIRONMENT_BUTTON (button));
  scroll_to (self, GTK_WIDGET (button));
  g_set_object (&self->selected, environment);
  g_signal_emit (self, signals[CHOSEN], 0, environment);
}

static gboolean
scroll_to_selected_cb (gpointer user_data)
{
  MainstayEnvironmentStrip *self = MAINSTAY_ENVIRONMENT_STRIP (user_data);
  MainstayEnvironmentButton *button = mainstay_environment_strip_find (self, self->selected);

  self->scroll_source = 0;
  if (button != NULL)
    scroll_to (self, GTK_WIDGET (button));
  return G_SOURCE_REMOVE;
}

/* Later, because the buttons have not got their new places yet. */
static void
room_changed_cb (MainstayEnvironmentStrip *self)
{
  if (self->scroll_source == 0)
    self->scroll_source = g_idle_add (scroll_to_selected_cb, self);
}

static GtkWidget *
nth_button (MainstayEnvironmentStrip *self,
            unsigned int              position)
{
  GtkWidget *button = gtk_widget_get_first_child (self->box);

  while (button != NULL && position-- > 0)
    button = gtk_widget_get_next_sibling (button);
  return button;
}

static void
mark_selected (MainstayEnvironmentStrip *self)
{
  MainstayEnvironmentButton *button = mainstay_environment_strip_find (self, self->selected);

  if (button == NULL)
    return;
  self->selecting = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  self->selecting = FALSE;
}

static void
insert_button (MainstayEnvironmentStrip *self,
               unsigned int              position)
{
  g_autoptr(MainstayEnvironment) environment = g_list_model_get_item (self->model, position);
  GtkWidget *button = mainstay_environment_button_new (environment);
  GtkWidget *first = gtk_widget_get_first_child (self->box);

  if (first != NULL)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (first));
  g_signal_connect_object (button, "toggled", G_CALLBACK (button_toggled_cb), self, 0);
  gtk_box_insert_child_after (GTK_BOX (self->box), button,
                              position > 0 ? nth_button (self, position - 1) : NULL);
}

static void
environments_changed_cb (GListModel               *model,
                         unsigned int              position,
                         unsigned int              removed,
                         unsigned int              added,
                         MainstayEnvironmentStrip *self)
{
  for (unsigned int i = 0; i < removed; i++)
    gtk_box_remove (GTK_BOX (self->box), nth_button (self, position));
  for (unsigned int i = 0; i < added; i++)
    insert_button (self, position + i);
  mark_selected (self);
}

static void
mainstay_environment_strip_dispose (GObject *object)
{
  MainstayEnvironmentStrip *self = MAINSTAY_ENVIRONMENT_STRIP (object);

  g_clear_handle_id (&self->scroll_source, g_source_remove);
  g_clear_pointer (&self->scrolled_window, gtk_widget_unparent);
  g_clear_object (&self->model);
  g_clear_object (&self->selected);

  G_OBJECT_CLASS (mainstay_environment_strip_parent_class)->dispose (object);
}

static void
mainstay_environment_strip_class_init (MainstayEnvironmentStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_environment_strip_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", MAINSTAY_TYPE_ENVIRONMENT_STRIP, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, MAINSTAY_TYPE_ENVIRONMENT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
mainstay_environment_strip_init (MainstayEnvironmentStrip *self)
{
  GtkWidget *viewport = gtk_viewport_new (NULL, NULL);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Environments"), -1);
  self->scrolled_window = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled_window),
                                  GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  /* Names are worth more than having all of them in sight. */
  gtk_scrollable_set_hscroll_policy (GTK_SCROLLABLE (viewport), GTK_SCROLL_NATURAL);
  gtk_viewport_set_scroll_to_focus (GTK_VIEWPORT (viewport), TRUE);
  gtk_viewport_set_child (GTK_VIEWPORT (viewport), self->box);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled_window), viewport);
  g_signal_connect_object (
    gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scrolled_window)), "changed",
    G_CALLBACK (room_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (self->scrolled_window, GTK_WIDGET (self));
}

void
mainstay_environment_strip_set_model (MainstayEnvironmentStrip *self,
                                      GListModel               *model)
{
  unsigned int before;

  g_return_if_fail (MAINSTAY_IS_ENVIRONMENT_STRIP (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));

  if (self->model == model)
    return;
  before = self->model != NULL ? g_list_model_get_n_items (self->model) : 0;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, environments_changed_cb, self);
  g_set_object (&self->model, model);
  if (model != NULL)
    g_signal_connect_object (model, "items-changed", G_CALLBACK (environments_changed_cb), self,
                             0);
  environments_changed_cb (model, 0, before, model != NULL ? g_list_model_get_n_items (model) : 0,
                           self);
}

void
mainstay_environment_strip_select (MainstayEnvironmentStrip *self,
                                   MainstayEnvironment      *environment)
{
  g_return_if_fail (MAINSTAY_IS_ENVIRONMENT_STRIP (self));

  g_set_object (&self->selected, environment);
  mark_selected (self);
}

MainstayEnvironmentButton *
mainstay_environment_strip_find (MainstayEnvironmentStrip *self,
                                 MainstayEnvironment      *environment)
{
  g_return_val_if_fail (MAINSTAY_IS_ENVIRONMENT_STRIP (self), NULL);

  for (GtkWidget *child = gtk_widget_get_first_child (self->box); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (mainstay_environment_button_get_environment (MAINSTAY_ENVIRONMENT_BUTTON (child)) ==
        environment)
      return MAINSTAY_ENVIRONMENT_BUTTON (child);
  return NULL;
}

void
mainstay_environment_strip_set_waiting (MainstayEnvironmentStrip *self,
                                        MainstayEnvironment      *environment,
                                        const char               *waiting)
{
  MainstayEnvironmentButton *button = mainstay_environment_strip_find (self, environment);

  if (button != NULL)
    mainstay_environment_button_set_waiting (button, waiting);
}
