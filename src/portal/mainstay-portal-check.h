/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-store.h"

G_BEGIN_DECLS

/* What a check has found. Each text is one line for an administrator. */
typedef struct
{
  unsigned int n_packs;
  gint64 n_contents;
  unsigned int n_backups;
  GPtrArray *damage;  /* char: packs and the index */
  GPtrArray *backups; /* char: the backups that are affected, and why */
} MainstayPortalCheckReport;

/* Looks through all that is stored; with @read_data it reads every byte of it, else only what leads
 * from the backups to their contents. Changes nothing, and a portal may be running meanwhile.
 * Returns: FALSE when it could not be done, which is not that there is damage */
gboolean mainstay_portal_check              (const char                 *data_directory,
                                             gboolean                    read_data,
                                             MainstayPortalCheckReport  *report,
                                             GError                    **error);
void     mainstay_portal_check_report_clear (MainstayPortalCheckReport  *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MainstayPortalCheckReport, mainstay_portal_check_report_clear)

G_END_DECLS
