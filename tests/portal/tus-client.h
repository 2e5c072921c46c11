/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "test-api-fixture.h"

G_BEGIN_DECLS

/* The requests of tus 1.0.0, as Ann's; paths are without the host. */

#define TUS_UPLOADS "/api/mainstay/1/uploads"
#define TUS "Tus-Resumable: 1.0.0\r\n"
#define TUS_BODY_TYPE "Content-Type: application/offset+octet-stream\r\n"
/* filename "data.zip", kind "files" and "database" */
#define TUS_FILES "Upload-Metadata: filename ZGF0YS56aXA=,kind ZmlsZXM=\r\n"
#define TUS_DATABASE "Upload-Metadata: kind ZGF0YWJhc2U=,filename ZGF0YS56aXA=\r\n"

char      *tus_create          (TestApi    *api,
                                const char *metadata,
                                size_t      length);
char      *tus_patch_headers   (gint64      offset,
                                const char *more);
TestReply *tus_patch           (TestApi    *api,
                                const char *path,
                                gint64      offset,
                                const char *more,
                                const char *body);
gint64     tus_get_offset      (TestApi    *api,
                                const char *path);
/* What the portal's file holds. */
void       tus_assert_stored   (TestApi    *api,
                                const char *path,
                                const char *text);
char      *tus_checksum_header (const char *algorithm,
                                const char *text);

G_END_DECLS
