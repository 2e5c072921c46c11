/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MainstaySamplePortal:
 *
 * The bundled portal program as a child on loopback, with sample data of its own in a folder that
 * is removed at the end and a key that nobody has seen before.
 */
#define MAINSTAY_TYPE_SAMPLE_PORTAL (mainstay_sample_portal_get_type ())
G_DECLARE_FINAL_TYPE (MainstaySamplePortal, mainstay_sample_portal, MAINSTAY, SAMPLE_PORTAL,
                      GObject)

MainstaySamplePortal *mainstay_sample_portal_new          (void);
/* Makes the data, which takes some seconds, and serves it. To be called once. */
void                  mainstay_sample_portal_start_async  (MainstaySamplePortal *self,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean              mainstay_sample_portal_start_finish (MainstaySamplePortal *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);
/* Ends the child and has its folder removed. */
void                  mainstay_sample_portal_stop         (MainstaySamplePortal *self);
/* (nullable): NULL until started */
const char           *mainstay_sample_portal_get_url      (MainstaySamplePortal *self);
const char           *mainstay_sample_portal_get_username (MainstaySamplePortal *self);
const char           *mainstay_sample_portal_get_api_key  (MainstaySamplePortal *self);
const char           *mainstay_sample_portal_get_folder   (MainstaySamplePortal *self);

G_END_DECLS
