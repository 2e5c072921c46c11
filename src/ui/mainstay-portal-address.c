/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-portal-address.h"

#include <glib/gi18n.h>

#include "mainstay-address.h"

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " \t\n/")] == '\0';
}

/* Why mainstay_address_normalize() refuses @typed; it alone decides that. */
static MainstayAddressFault
find_fault (const char *typed)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autofree char *whole =
    strstr (text, "://") != NULL ? g_strdup (text) : g_strconcat ("https://", text, NULL);
  g_autoptr(GUri) uri = g_uri_parse (whole, G_URI_FLAGS_NONE, NULL);

  if (uri != NULL && g_uri_get_userinfo (uri) != NULL)
    return MAINSTAY_ADDRESS_HAS_SECRET;
  if (uri != NULL && g_ascii_strcasecmp (g_uri_get_scheme (uri), "http") == 0 &&
      g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0')
    return MAINSTAY_ADDRESS_INSECURE;
  return MAINSTAY_ADDRESS_INVALID;
}

/**
 * mainstay_portal_address_parse:
 * @typed: what the person typed
 * @fault: (out): what is wrong with it
 *
 * Returns: (transfer full) (nullable): the address to use, %NULL when it cannot be used
 */
char *
mainstay_portal_address_parse (const char           *typed,
                               MainstayAddressFault *fault)
{
  g_autofree char *address = NULL;

  if (is_blank (typed))
    {
      *fault = MAINSTAY_ADDRESS_EMPTY;
      return NULL;
    }
  address = mainstay_address_normalize (typed, NULL);
  *fault = address != NULL ? MAINSTAY_ADDRESS_GOOD : find_fault (typed);
  return g_steal_pointer (&address);
}

/** mainstay_portal_address_explain: Returns: (nullable): @fault and the next step in words */
const char *
mainstay_portal_address_explain (MainstayAddressFault fault)
{
  switch (fault)
    {
    case MAINSTAY_ADDRESS_EMPTY:
      return _("Type the address of the portal.");
    case MAINSTAY_ADDRESS_INVALID:
      return _("This is not the address of a portal. It looks like https://deploy.mendix.com.");
    case MAINSTAY_ADDRESS_INSECURE:
      return _("Plain http would show the API key to everyone on the way. Use https; http works "
               "only for a portal on this computer.");
    case MAINSTAY_ADDRESS_HAS_SECRET:
      return _("The address must not hold a user name or password.");
    case MAINSTAY_ADDRESS_GOOD:
    default:
      return NULL;
    }
}
