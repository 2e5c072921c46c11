/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-portal-address.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

static gboolean
is_loopback (const char *host)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

static gboolean
is_host (const char *host)
{
  g_autofree char *ascii = NULL;

  if (host == NULL || *host == '\0')
    return FALSE;
  if (g_hostname_is_ip_address (host))
    return TRUE;
  ascii = g_hostname_to_ascii (host);
  return ascii != NULL &&
         ascii[strspn (ascii, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789.-_")] == '\0';
}

static MainstayAddressFault
find_fault (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);

  if (!is_host (host))
    return MAINSTAY_ADDRESS_INVALID;
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return MAINSTAY_ADDRESS_INVALID;
  if (g_uri_get_userinfo (uri) != NULL)
    return MAINSTAY_ADDRESS_HAS_SECRET;
  if (g_str_equal (scheme, "https"))
    return MAINSTAY_ADDRESS_GOOD;
  if (!g_str_equal (scheme, "http"))
    return MAINSTAY_ADDRESS_INVALID;
  return is_loopback (host) ? MAINSTAY_ADDRESS_GOOD : MAINSTAY_ADDRESS_INSECURE;
}

/* One portal has one address: without slashes at its end. Changes @address itself. */
static char *
strip_slashes (char *address)
{
  size_t length = strlen (address);

  while (length > 0 && address[length - 1] == '/')
    address[--length] = '\0';
  return address;
}

static char *
complete (const char *typed)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (typed));

  if (strstr (trimmed, "://") != NULL || *strip_slashes (trimmed) == '\0')
    return g_steal_pointer (&trimmed);
  return g_strconcat ("https://", trimmed, NULL);
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
  g_autofree char *address = complete (typed);
  g_autoptr(GUri) uri = NULL;

  if (*address == '\0')
    {
      *fault = MAINSTAY_ADDRESS_EMPTY;
      return NULL;
    }
  uri = g_uri_parse (address, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);
  *fault = uri != NULL ? find_fault (uri) : MAINSTAY_ADDRESS_INVALID;
  if (*fault != MAINSTAY_ADDRESS_GOOD)
    return NULL;
  return strip_slashes (g_uri_to_string (uri));
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
