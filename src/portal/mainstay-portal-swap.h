/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstayPortalSwap:
 *
 * Puts new files, folders and a server's database in the place of old ones, all or none of them,
 * across a crash at any moment. The new ones are made beside the old ones, on the same file system
 * or server; a journal in the data folder says what is being swapped. The record of the job is what
 * decides: of a completed job the old ones are removed, of any other one they come back.
 */
typedef struct _MainstayPortalSwap MainstayPortalSwap;
typedef struct _MainstayPortalEngine MainstayPortalEngine;

MainstayPortalSwap *mainstay_portal_swap_new      (const char          *journal_folder,
                                                   const char          *job_id);
/* Plans to put something (or nothing, without @has_new) in the place of @live. Returns: (transfer
 * none): where to make it, NULL for nothing or a failure. */
const char         *mainstay_portal_swap_add      (MainstayPortalSwap  *self,
                                                   const char          *live,
                                                   gboolean             has_new,
                                                   GError             **error);
/* Plans to put the database that @engine makes beside its own in its place; it is called for all
 * that is done about it. */
gboolean            mainstay_portal_swap_add_database (MainstayPortalSwap  *self,
                                                   MainstayPortalEngine *engine,
                                                   GError             **error);
/* Renames. On failure the caller rolls back. */
gboolean            mainstay_portal_swap_execute  (MainstayPortalSwap  *self,
                                                   GError             **error);
/* After the job was recorded as completed. */
gboolean            mainstay_portal_swap_finish   (MainstayPortalSwap  *self,
                                                   GError             **error);
/* At any moment before that. May be repeated. */
gboolean            mainstay_portal_swap_rollback (MainstayPortalSwap  *self,
                                                   GError             **error);
void                mainstay_portal_swap_free     (MainstayPortalSwap  *self);

/* What a crash left: the journals. Returns: (element-type MainstayPortalSwap) */
GPtrArray          *mainstay_portal_swap_load_all (const char          *journal_folder,
                                                   GError             **error);
gboolean            mainstay_portal_swap_is_journal (const char        *file_name);
const char         *mainstay_portal_swap_get_job_id (MainstayPortalSwap *self);
/* One with a database needs an engine before anything is done with it. */
gboolean            mainstay_portal_swap_has_database (MainstayPortalSwap  *self);
void                mainstay_portal_swap_set_engine (MainstayPortalSwap *self,
                                                   MainstayPortalEngine *engine);

/* For tests: called with the name of each step before it is done; FALSE makes the step fail. The
 * steps of files are journal, plan, old, new, record, finish, rollback; an engine names its own. */
typedef gboolean  (*MainstayPortalSwapHook)       (const char          *step,
                                                   gpointer             user_data);
void                mainstay_portal_swap_set_hook (MainstayPortalSwapHook hook,
                                                   gpointer             user_data);
gboolean            mainstay_portal_swap_step     (const char          *step,
                                                   GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayPortalSwap, mainstay_portal_swap_free)

G_END_DECLS
