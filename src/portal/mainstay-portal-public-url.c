/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-public-url.h"

#include <gio/gio.h>
#include <string.h>

#include "mainstay-error.h"

#define MAX_HOST 255

static char *
fail (GError     **error,
      int          code,
      const char  *message)
{
  g_set_error_literal (error, MAINSTAY_ERROR, code, message);
  return NULL;
}

/* What stands in a link and a header as it is. */
static gboolean
is_host (const char *host)
{
  return *host != '\0' && strlen (host) <= MAX_HOST &&
         (g_hostname_is_ip_address (host) ? strchr (host, '%') == NULL
                                          : strspn (host, "abcdefghijklmnopqrstuvwxyz0123456789.-")
                                              == strlen (host));
}

/* (transfer full) (nullable): as it is sent, whatever it was written in */
static char *
dup_host (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  g_autofree char *ascii = host != NULL ? g_hostname_to_ascii (host) : NULL;
  g_autofree char *lower = ascii != NULL ? g_ascii_strdown (ascii, -1) : NULL;

  return lower != NULL && is_host (lower) ? g_steal_pointer (&lower) : NULL;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr(GInetAddress) address =
    g_inet_address_new_from_string (strcmp (host, "localhost") == 0 ? "127.0.0.1" : host);

  return address != NULL && g_inet_address_get_is_loopback (address);
}

/**
 * mainstay_portal_public_url_parse:
 * @text: what an administrator wrote
 * @error: where to put %MAINSTAY_ERROR_INVALID_PARAMETERS, or %MAINSTAY_ERROR_INSECURE for plain
 *   HTTP to another machine
 *
 * A path is refused: what is below one is not found here, and whether somebody takes it off on the
 * way is not known.
 *
 * Returns: (transfer full) (nullable): `http[s]://HOST[:PORT]`, for a path to follow
 */
char *
mainstay_portal_public_url_parse (const char  *text,
                                  GError     **error)
{
  g_autoptr(GUri) uri = g_uri_parse (text, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";
  g_autofree char *host = uri != NULL ? dup_host (uri) : NULL;
  gboolean is_secure = strcmp (scheme, "https") == 0;
  int port;

  if ((!is_secure && strcmp (scheme, "http") != 0) || host == NULL || g_uri_get_port (uri) == 0)
    return fail (error, MAINSTAY_ERROR_INVALID_PARAMETERS,
                 "--public-url is an address such as https://backups.example.com");
  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL ||
      g_uri_get_fragment (uri) != NULL)
    return fail (error, MAINSTAY_ERROR_INVALID_PARAMETERS,
                 "--public-url has no user name, no question mark and no number sign");
  if (*g_uri_get_path (uri) != '\0' && strcmp (g_uri_get_path (uri), "/") != 0)
    return fail (error, MAINSTAY_ERROR_INVALID_PARAMETERS,
                 "--public-url has no path: the portal has a host or a port to itself");
  if (!is_secure && !is_loopback (host))
    return fail (error, MAINSTAY_ERROR_INSECURE,
                 "--public-url starts with https: links are secrets, and only TLS keeps them from"
                 " other machines");
  port = g_uri_get_port (uri);
  return g_uri_join (G_URI_FLAGS_NONE, scheme, NULL, host,
                     port == (is_secure ? 443 : 80) ? -1 : port, "", NULL, NULL);
}
