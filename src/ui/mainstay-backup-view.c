/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-backup-view.h"

#include "mainstay-backup-columns.h"
#include "mainstay-backup-filter.h"
#include "mainstay-message.h"
#include "mainstay-width-bin.h"

#include <adwaita.h>

/* GTK makes up to two hundred rows at once, which takes longer than a frame or two. A list that was
 * empty gets them in steps. */
#define ROWS_PER_STEP 32
#define ROWS_IN_STEPS 224

struct _MainstayBackupView
{
  GtkBox parent_instance;

  /* Template widgets. */
  GtkSearchEntry *search_entry;
  GtkDropDown *state_drop_down;
  GtkStack *stack;
  GtkSpinner *spinner;
  AdwStatusPage *error_page;
  MainstayWidthBin *width_bin;
  GtkColumnView *column_view;
  GtkPopover *popover_menu;

  /* Owned. */
  GListModel *model;
  MainstayBackupFilter *filter;
  GtkFilterListModel *filtered;
  GtkSortListModel *sorted;
  GtkSliceListModel *revealed;
  GtkSingleSelection *selection;
  MainstayBackup *selected;
  GError *error;

  unsigned int reveal_id; /* 0 while nothing waits for its row */
  gboolean loading;
  gboolean details; /* the server tells them */
};

typedef enum { PROP_LOADING = 1, PROP_ERROR, PROP_SELECTED } MainstayBackupViewProperty;

static GParamSpec *properties[PROP_SELECTED + 1];

enum { ACTIVATED, N_SIGNALS };

static unsigned int signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MainstayBackupView, mainstay_backup_view, GTK_TYPE_BOX)

/* The items of the drop-down, in its order. */
static const MainstayJobState filter_states[] = {
  MAINSTAY_JOB_UNKNOWN, MAINSTAY_JOB_QUEUED, MAINSTAY_JOB_RUNNING, MAINSTAY_JOB_FAILED,
  MAINSTAY_JOB_COMPLETED,
};

static const char *
choose_page (MainstayBackupView *self)
{
  if (self->model == NULL)
    return "loading";
  if (g_list_model_get_n_items (G_LIST_MODEL (self->filtered)) > 0)
    return "list";
  if (g_list_model_get_n_items (self->model) > 0)
    /* While the filter still looks, what was shown stays, so that nothing flashes. */
    return gtk_filter_list_model_get_pending (self->filtered) > 0 ? "list" : "no-match";
  if (self->loading)
    return "loading";
  return self->error != NULL ? "error" : "empty";
}

static void
update_page (MainstayBackupView *self)
{
  const char *page = choose_page (self);

  gtk_spinner_set_spinning (self->spinner, g_str_equal (page, "loading"));
  gtk_stack_set_visible_child_name (self->stack, page);
}

static void
update_error_page (MainstayBackupView *self)
{
  g_autoptr(MainstayMessage) message = NULL;
  g_autofree char *body = NULL;
  g_autofree char *escaped = NULL;

  if (self->error == NULL)
    return;
  message = mainstay_message_new (self->error);
  body = mainstay_message_dup_body (message);
  /* The description of a status page is markup. */
  escaped = g_markup_escape_text (body, -1);
  adw_status_page_set_title (self->error_page, message->title);
  adw_status_page_set_description (self->error_page, escaped);
}

static void
backup_state_changed_cb (MainstayBackup *backup,
                         GParamSpec     *pspec,
                         GtkFilter      *filter)
{
  if (mainstay_backup_filter_is_active (MAINSTAY_BACKUP_FILTER (filter)))
    gtk_filter_changed (filter, GTK_FILTER_CHANGE_DIFFERENT);
}

/* GTK filters an item when it comes, not when it changes, and only an unfinished one changes by
 * itself. */
static void
backups_changed_cb (GListModel         *model,
                    unsigned int        position,
                    unsigned int        removed,
                    unsigned int        added,
                    MainstayBackupView *self)
{
  for (unsigned int i = 0; i < added; i++)
    {
      g_autoptr(MainstayBackup) backup = g_list_model_get_item (model, position + i);

      if (mainstay_job_state_is_finished (mainstay_backup_get_state (backup)))
        continue;
      g_signal_handlers_disconnect_by_func (backup, backup_state_changed_cb, self->filter);
      g_signal_connect_object (backup, "notify::state", G_CALLBACK (backup_state_changed_cb),
                               self->filter, 0);
    }
  update_page (self);
}

static void
reveal_all (MainstayBackupView *self)
{
  g_clear_handle_id (&self->reveal_id, g_source_remove);
  gtk_slice_list_model_set_size (self->revealed, G_MAXUINT);
}

static gboolean
reveal_more_cb (gpointer user_data)
{
  MainstayBackupView *self = user_data;
  unsigned int size = gtk_slice_list_model_get_size (self->revealed) + ROWS_PER_STEP;

  if (size <= ROWS_IN_STEPS)
    {
      gtk_slice_list_model_set_size (self->revealed, size);
      if (size < g_list_model_get_n_items (G_LIST_MODEL (self->filtered)))
        return G_SOURCE_CONTINUE;
      self->reveal_id = 0;
      return G_SOURCE_REMOVE;
    }
  self->reveal_id = 0;
  gtk_slice_list_model_set_size (self->revealed, G_MAXUINT);
  return G_SOURCE_REMOVE;
}

static void
filtered_changed_cb (MainstayBackupView *self)
{
  unsigned int n_items = g_list_model_get_n_items (G_LIST_MODEL (self->filtered));

  if (n_items == 0)
    {
      g_clear_handle_id (&self->reveal_id, g_source_remove);
      gtk_slice_list_model_set_size (self->revealed, ROWS_PER_STEP);
    }
  else if (self->reveal_id == 0 && n_items > gtk_slice_list_model_get_size (self->revealed))
    self->reveal_id = g_idle_add (reveal_more_cb, self);
  update_page (self);
}

static void
selected_changed_cb (MainstayBackupView *self)
{
  /* GTK notifies also when the same one has another place. */
  if (g_set_object (&self->selected, mainstay_backup_view_get_selected (self)))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
fit_columns (MainstayBackupView *self)
{
  mainstay_backup_columns_fit (self->column_view, self->details,
                               mainstay_width_bin_get_width (self->width_bin));
}

static void
search_changed_cb (MainstayBackupView *self)
{
  mainstay_backup_filter_set_search (self->filter,
                                     gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
}

static void
state_selected_cb (MainstayBackupView *self)
{
  unsigned int selected = gtk_drop_down_get_selected (self->state_drop_down);

  if (self->filter != NULL && selected < G_N_ELEMENTS (filter_states))
    mainstay_backup_filter_set_state (self->filter, filter_states[selected]);
}

static void
show_all_clicked_cb (MainstayBackupView *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  mainstay_backup_filter_set_search (self->filter, NULL);
  gtk_drop_down_set_selected (self->state_drop_down, 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/* Or the window would give the focus to whatever is first in it. */
static void
menu_closed_cb (MainstayBackupView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->column_view));
}

/* Escape, in the entry or in the list, whose keys it gets. */
static void
search_stopped_cb (MainstayBackupView *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  if (self->filter != NULL)
    mainstay_backup_filter_set_search (self->filter, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->column_view));
}

static void
row_activated_cb (MainstayBackupView *self,
                  unsigned int        position)
{
  gtk_single_selection_set_selected (self->selection, position);
  g_signal_emit (self, signals[ACTIVATED], 0);
}

/* The cell at a point is the widget there, around it, or alone inside it. */
static MainstayBackup *
find_backup (GtkWidget *root,
             double     x,
             double     y)
{
  GtkWidget *widget = gtk_widget_pick (root, x, y, GTK_PICK_DEFAULT);

  for (; widget != NULL && widget != root; widget = gtk_widget_get_parent (widget))
    for (GtkWidget *inside = widget; inside != NULL; inside = gtk_widget_get_first_child (inside))
      if (MAINSTAY_IS_BACKUP_CELL (inside))
        return mainstay_backup_cell_get_backup (MAINSTAY_BACKUP_CELL (inside));
  return NULL;
}

static void
popup_at (MainstayBackupView *self,
          GtkWidget          *widget,
          double              x,
          double              y)
{
  GdkRectangle place = { 0, 0, 1, 1 };
  double own_x, own_y;

  if (!gtk_widget_translate_coordinates (widget, GTK_WIDGET (self), x, y, &own_x, &own_y))
    return;
  place.x = (int) own_x;
  place.y = (int) own_y;
  gtk_popover_set_pointing_to (self->popover_menu, &place);
  gtk_popover_popup (self->popover_menu);
}

static void
secondary_pressed_cb (MainstayBackupView *self,
                      int                 n_press,
                      double              x,
                      double              y,
                      GtkGesture         *gesture)
{
  MainstayBackup *backup = find_backup (GTK_WIDGET (self->column_view), x, y);

  if (backup == NULL)
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  mainstay_backup_view_select (self, backup);
  popup_at (self, GTK_WIDGET (self->column_view), x, y);
}

static void
menu_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  mainstay_backup_view_popup_menu (MAINSTAY_BACKUP_VIEW (widget));
}

static void
mainstay_backup_view_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  MainstayBackupView *self = MAINSTAY_BACKUP_VIEW (object);

  switch ((MainstayBackupViewProperty) prop_id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_SELECTED:
      g_value_set_object (value, mainstay_backup_view_get_selected (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
set_loading (MainstayBackupView *self,
             gboolean            loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  update_page (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void
set_error (MainstayBackupView *self,
           const GError       *error)
{
  if (self->error == NULL && error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  update_error_page (self);
  update_page (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
mainstay_backup_view_set_property (GObject      *object,
                                   guint         prop_id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  MainstayBackupView *self = MAINSTAY_BACKUP_VIEW (object);

  switch ((MainstayBackupViewProperty) prop_id)
    {
    case PROP_LOADING:
      set_loading (self, g_value_get_boolean (value));
      break;
    case PROP_ERROR:
      set_error (self, g_value_get_boxed (value));
      break;
    case PROP_SELECTED:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_backup_view_dispose (GObject *object)
{
  MainstayBackupView *self = MAINSTAY_BACKUP_VIEW (object);

  /* The sorter goes with the columns, and the order with it. */
  if (self->filtered != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->filtered, filtered_changed_cb, self);
      g_signal_handlers_disconnect_by_func (self->filtered, update_page, self);
    }
  g_clear_handle_id (&self->reveal_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), MAINSTAY_TYPE_BACKUP_VIEW);
  g_clear_object (&self->selected);
  g_clear_object (&self->selection);
  g_clear_object (&self->revealed);
  g_clear_object (&self->sorted);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (mainstay_backup_view_parent_class)->dispose (object);
}

static void
mainstay_backup_view_finalize (GObject *object)
{
  g_clear_error (&MAINSTAY_BACKUP_VIEW (object)->error);

  G_OBJECT_CLASS (mainstay_backup_view_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/mainstay_backups/Mainstay/mainstay-backup-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupView, search_entry);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupView, state_drop_down);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupView, stack);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupView, spinner);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupView, error_page);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupView, width_bin);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupView, column_view);
  gtk_widget_class_bind_template_child (widget_class, MainstayBackupView, popover_menu);
  gtk_widget_class_bind_template_callback (widget_class, fit_columns);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, state_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_all_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, secondary_pressed_cb);
}

static void
mainstay_backup_view_class_init (MainstayBackupViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mainstay_backup_view_dispose;
  object_class->finalize = mainstay_backup_view_finalize;
  object_class->get_property = mainstay_backup_view_get_property;
  object_class->set_property = mainstay_backup_view_set_property;

  properties[PROP_LOADING] =
    g_param_spec_boolean ("loading", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_ERROR] =
    g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR,
                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_SELECTED] =
    g_param_spec_object ("selected", NULL, NULL, MAINSTAY_TYPE_BACKUP,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[ACTIVATED] = g_signal_new ("activated", MAINSTAY_TYPE_BACKUP_VIEW, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "backup-view.menu", NULL,
                                   menu_action);
  g_type_ensure (MAINSTAY_TYPE_WIDTH_BIN);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
make_models (MainstayBackupView *self)
{
  self->filter = mainstay_backup_filter_new ();
  self->sorted = gtk_sort_list_model_new (
    NULL, g_object_ref (gtk_column_view_get_sorter (self->column_view)));
  gtk_sort_list_model_set_incremental (self->sorted, TRUE);
  /* Behind the order: what it lets through comes in order then, and the rows on top stay. */
  self->filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->sorted)),
                                              GTK_FILTER (g_object_ref (self->filter)));
  gtk_filter_list_model_set_incremental (self->filtered, TRUE);
  self->revealed = gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (self->filtered)), 0,
                                             ROWS_PER_STEP);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->revealed));
}

static void
mainstay_backup_view_init (MainstayBackupView *self)
{
  self->details = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_entry_set_key_capture_widget (self->search_entry, GTK_WIDGET (self->column_view));

  mainstay_backup_columns_append (self->column_view);
  make_models (self);
  gtk_column_view_set_model (self->column_view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item",
                           G_CALLBACK (selected_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->filtered, "items-changed",
                           G_CALLBACK (filtered_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->filtered, "notify::pending", G_CALLBACK (update_page), self,
                           G_CONNECT_SWAPPED);
  mainstay_backup_view_sort (self, "date", TRUE);
  update_page (self);
}

void
mainstay_backup_view_set_model (MainstayBackupView *self,
                                GListModel         *model)
{
  g_return_if_fail (MAINSTAY_IS_BACKUP_VIEW (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));

  if (self->model == model)
    return;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, backups_changed_cb, self);
  g_set_object (&self->model, model);
  /* Empty in between, so that the new one's rows come in steps. */
  gtk_sort_list_model_set_model (self->sorted, NULL);
  gtk_sort_list_model_set_model (self->sorted, model);
  if (model != NULL)
    {
      g_signal_connect_object (model, "items-changed", G_CALLBACK (backups_changed_cb), self, 0);
      backups_changed_cb (model, 0, 0, g_list_model_get_n_items (model), self);
    }
  update_page (self);
}

MainstayBackup *
mainstay_backup_view_get_selected (MainstayBackupView *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_VIEW (self), NULL);

  return self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;
}

void
mainstay_backup_view_select (MainstayBackupView *self,
                             MainstayBackup     *backup)
{
  unsigned int n_items;

  g_return_if_fail (MAINSTAY_IS_BACKUP_VIEW (self));
  g_return_if_fail (backup == NULL || MAINSTAY_IS_BACKUP (backup));

  if (backup != NULL)
    reveal_all (self);
  n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  for (unsigned int i = 0; backup != NULL && i < n_items; i++)
    {
      g_autoptr(MainstayBackup) item = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (item == backup)
        {
          gtk_single_selection_set_selected (self->selection, i);
          return;
        }
    }
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}

void
mainstay_backup_view_focus_search (MainstayBackupView *self)
{
  g_return_if_fail (MAINSTAY_IS_BACKUP_VIEW (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
mainstay_backup_view_set_known (MainstayBackupView *self,
                                gboolean            known)
{
  g_return_if_fail (MAINSTAY_IS_BACKUP_VIEW (self));

  self->details = known;
  fit_columns (self);
}

void
mainstay_backup_view_sort (MainstayBackupView *self,
                           const char         *column,
                           gboolean            descending)
{
  g_return_if_fail (MAINSTAY_IS_BACKUP_VIEW (self));

  mainstay_backup_columns_sort (self->column_view, column, descending);
}

/** mainstay_backup_view_get_sorted: Returns: (transfer none) (nullable): the column's name */
const char *
mainstay_backup_view_get_sorted (MainstayBackupView *self,
                                 gboolean           *descending)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_VIEW (self), NULL);

  return mainstay_backup_columns_sorted (self->column_view, descending);
}

GListModel *
mainstay_backup_view_get_shown (MainstayBackupView *self)
{
  g_return_val_if_fail (MAINSTAY_IS_BACKUP_VIEW (self), NULL);

  return G_LIST_MODEL (self->selection);
}

void
mainstay_backup_view_popup_menu (MainstayBackupView *self)
{
  GtkWidget *focus;

  g_return_if_fail (MAINSTAY_IS_BACKUP_VIEW (self));

  focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  if (mainstay_backup_view_get_selected (self) == NULL || focus == NULL ||
      !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->column_view)))
    return;
  popup_at (self, focus, gtk_widget_get_width (focus) / 4.0, gtk_widget_get_height (focus) / 2.0);
}
