/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-activity-view.h"
#include "mainstay-backup-details.h"
#include "mainstay-backup-view.h"
#include "mainstay-environment-strip.h"
#include "mainstay-narrow-bin.h"
#include "mainstay-window.h"

G_BEGIN_DECLS

/* What the side pane shows. */
typedef enum { MAINSTAY_PANE_NONE, MAINSTAY_PANE_DETAILS, MAINSTAY_PANE_ACTIVITY } MainstayPane;

struct _MainstayWindow
{
  AdwApplicationWindow parent_instance;

  /* Template widgets. */
  AdwToastOverlay *toast_overlay;
  MainstayNarrowBin *narrow_bin;
  GMenu *accounts_section;
  GtkWidget *header_buttons;
  GtkWidget *create_button;
  GtkWidget *upload_button;
  GtkWidget *refresh_button;
  GtkWidget *activity_button;
  GtkLabel *activity_label;
  GtkWidget *details_button;
  GtkStack *title_stack;
  GtkDropDown *app_drop_down;
  GtkStack *main_stack;
  AdwStatusPage *busy_page;
  AdwStatusPage *error_page;
  MainstayEnvironmentStrip *environment_strip;
  GtkWidget *start_button;
  GtkWidget *stop_button;
  GtkInfoBar *stale_bar;
  GtkLabel *stale_label;
  GtkInfoBar *notice_bar;
  GtkLabel *notice_label;
  AdwFlap *flap;
  MainstayBackupView *backup_view;
  GtkLabel *pane_title;
  GtkStack *pane_stack;
  MainstayBackupDetails *backup_details;
  MainstayActivityView *activity_view;
  GtkWidget *action_bar;
  GtkWidget *narrow_create_button;
  GtkWidget *narrow_upload_button;

  /* Borrowed: it owns the window. */
  MainstayApplication *application;

  /* Owned. */
  GSettings *settings;
  MainstayOperationList *operations;
  MainstaySession *session;       /* (nullable) */
  GSignalGroup *session_signals;
  GSignalGroup *list_signals;
  GSignalGroup *environment_signals;
  GSignalGroup *backup_signals;
  GBindingGroup *list_bindings;
  GHashTable *waiting;            /* environment id -> text, while it starts or stops */
  GHashTable *denied;             /* "environment id/verb" that the portal refused */
  GCancellable *cancellable;      /* cancelled when the window closes */

  MainstayPane pane;
  gboolean closing;               /* the question was answered */
  gboolean questioned;            /* the question is open */
  gboolean choosing_app;          /* not by a person */
};

/* mainstay-window-actions.c */
void _mainstay_window_install_actions (GtkWidgetClass      *widget_class);
/* Derives every enabled state, and the reason where one is not, from what is shown. */
void _mainstay_window_update_actions  (MainstayWindow      *self);

/* A file that is dropped on the window is verified. */
void _mainstay_window_take_files      (MainstayWindow      *self);

/* mainstay-window-closing.c */
void     _mainstay_window_save_state    (MainstayWindow *self);
void     _mainstay_window_restore_state (MainstayWindow *self);
/* Asks when work is under way, and then closes by itself or not. */
gboolean _mainstay_window_may_close     (MainstayWindow *self);

/* mainstay-window-session.c */
/* Watches account, app, environment, list and selection from now on. */
void _mainstay_window_follow             (MainstayWindow      *self);
void _mainstay_window_session_changed    (MainstayWindow      *self);
void _mainstay_window_app_selected       (MainstayWindow      *self);
void _mainstay_window_environment_chosen (MainstayWindow      *self,
                                          MainstayEnvironment *environment);

/* mainstay-window.c */
void                 _mainstay_window_update_page     (MainstayWindow        *self);
void                 _mainstay_window_update_layout   (MainstayWindow        *self);
void                 _mainstay_window_update_state    (MainstayWindow        *self);
void                 _mainstay_window_list_changed    (MainstayWindow        *self);
MainstayBackupList  *_mainstay_window_get_list        (MainstayWindow        *self);
MainstayEnvironment *_mainstay_window_get_environment (MainstayWindow        *self);
MainstayOperationList *
                     _mainstay_window_get_operations  (MainstayWindow        *self);
void                 _mainstay_window_set_pane        (MainstayWindow        *self,
                                                       MainstayPane           pane);
void                 _mainstay_window_toast           (MainstayWindow        *self,
                                                       const char            *text);
void                 _mainstay_window_toast_error     (MainstayWindow        *self,
                                                       const GError          *error);
/* @text (nullable): "Stopping…" */
void                 _mainstay_window_set_waiting     (MainstayWindow        *self,
                                                       MainstayEnvironment   *environment,
                                                       const char            *text);
/* Remembers that the portal refused @verb in @environment. */
void                 _mainstay_window_deny            (MainstayWindow        *self,
                                                       MainstayEnvironment   *environment,
                                                       const char            *verb);
gboolean             _mainstay_window_is_denied       (MainstayWindow        *self,
                                                       const char            *verb);

G_END_DECLS
