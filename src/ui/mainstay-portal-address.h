/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MAINSTAY_MENDIX_CLOUD_ADDRESS "https://deploy.mendix.com"

/**
 * MainstayAddressFault:
 * @MAINSTAY_ADDRESS_GOOD: none
 * @MAINSTAY_ADDRESS_EMPTY: nothing was typed
 * @MAINSTAY_ADDRESS_INVALID: not an http or https address
 * @MAINSTAY_ADDRESS_INSECURE: plain http to another machine, where the key could be read on the way
 * @MAINSTAY_ADDRESS_HAS_SECRET: carries a name or password, which would be saved in the open
 */
typedef enum {
  MAINSTAY_ADDRESS_GOOD,
  MAINSTAY_ADDRESS_EMPTY,
  MAINSTAY_ADDRESS_INVALID,
  MAINSTAY_ADDRESS_INSECURE,
  MAINSTAY_ADDRESS_HAS_SECRET
} MainstayAddressFault;

char       *mainstay_portal_address_parse   (const char           *typed,
                                             MainstayAddressFault *fault);
const char *mainstay_portal_address_explain (MainstayAddressFault  fault);

G_END_DECLS
