/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-portal-route.h"

G_BEGIN_DECLS

/* The tus 1.0.0 resumable upload protocol (portal-api.md, part 3). */

#define MAINSTAY_PORTAL_TUS_VERSION "1.0.0"

/* Bytes of one upload: far above any dump that a Mendix environment may hold. */
#define MAINSTAY_PORTAL_TUS_MAX_SIZE (G_GINT64_CONSTANT (256) * 1024 * 1024 * 1024)

/**
 * MainstayPortalTusWriter:
 *
 * One body on its way into an upload's file. Nobody else can write to that upload meanwhile.
 * Blocks; for worker threads, one after the other.
 */
typedef struct _MainstayPortalTusWriter MainstayPortalTusWriter;

void                  mainstay_portal_tus_override_method (MainstayPortalRequest      *request);
/* Returns: (transfer full) (nullable): why the body is not wanted, else %NULL and a writer. */
MainstayPortalAnswer *mainstay_portal_tus_open            (const MainstayPortalRoute  *route,
                                                           MainstayPortal             *portal,
                                                           MainstayPortalRequest      *request,
                                                           MainstayPortalTusWriter   **writer);

/* Takes the upload's lock. */
MainstayPortalTusWriter *
                      mainstay_portal_tus_writer_new      (MainstayPortalCall         *call,
                                                           MainstayPortalUpload       *upload,
                                                           GError                    **error);
gboolean              mainstay_portal_tus_writer_set_checksum (MainstayPortalTusWriter *self,
                                                           const char                 *header,
                                                           GError                    **error);
void                  mainstay_portal_tus_writer_set_location (MainstayPortalTusWriter *self,
                                                           const char                 *location);
/* Returns: (transfer full) (nullable): what went wrong, after which only free is left to call. */
MainstayPortalAnswer *mainstay_portal_tus_writer_write    (MainstayPortalTusWriter    *self,
                                                           const GByteArray           *bytes);
/* The body has come whole. Returns: (transfer full): the answer, once the bytes are durable. */
MainstayPortalAnswer *mainstay_portal_tus_writer_finish   (MainstayPortalTusWriter    *self);
/* The body has broken off: what came is kept, unless it was to be proven by a checksum. */
void                  mainstay_portal_tus_writer_abandon  (MainstayPortalTusWriter    *self);
void                  mainstay_portal_tus_writer_free     (MainstayPortalTusWriter    *self);

gboolean              mainstay_portal_tus_is_locked       (MainstayPortal             *portal,
                                                           const char                 *upload_id);
MainstayPortalAnswer *mainstay_portal_tus_answer_locked   (void);
void                  mainstay_portal_tus_decorate        (MainstayPortalAnswer       *answer);
void                  mainstay_portal_tus_add_number      (MainstayPortalAnswer       *answer,
                                                           const char                 *name,
                                                           gint64                      number);
void                  mainstay_portal_tus_add_expiry      (MainstayPortalAnswer       *answer,
                                                           const MainstayPortalUpload *upload);
gboolean              mainstay_portal_tus_parse_metadata  (const char                 *header,
                                                           char                      **kind,
                                                           char                      **file_name,
                                                           GError                    **error);
gboolean              mainstay_portal_tus_parse_number    (const char                 *header,
                                                           gint64                     *number);

G_END_DECLS
