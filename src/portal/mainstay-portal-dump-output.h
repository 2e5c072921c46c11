/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-backup.h"

G_BEGIN_DECLS

/**
 * MainstayPortalDumpOutput:
 *
 * Passes a database's dump on to another stream, which it leaves open, and looks at what comes by:
 * whether it is whole, and where in it the data of each table are.
 */
#define MAINSTAY_TYPE_PORTAL_DUMP_OUTPUT (mainstay_portal_dump_output_get_type ())
G_DECLARE_FINAL_TYPE (MainstayPortalDumpOutput, mainstay_portal_dump_output,
                      MAINSTAY, PORTAL_DUMP_OUTPUT, GFilterOutputStream)

/* Returns: (transfer full) */
GOutputStream *mainstay_portal_dump_output_new    (GOutputStream             *base);
/* When all was written: puts into @backup where what is. MAINSTAY_ERROR_TRUNCATED or
 * MAINSTAY_ERROR_DAMAGED for what no restore could use. */
gboolean       mainstay_portal_dump_output_finish (MainstayPortalDumpOutput  *self,
                                                   MainstayPortalBackup      *backup,
                                                   GError                   **error);

G_END_DECLS
