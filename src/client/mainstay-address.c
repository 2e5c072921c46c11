/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-client"

#include "mainstay-address.h"

#include <gio/gio.h>
#include <libsoup/soup.h>

#include "mainstay-error.h"

static int
effective_port (GUri *uri)
{
  int port = g_uri_get_port (uri);

  if (port > 0)
    return port;
  return g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 ? 443 : 80;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr(GInetAddress) address = NULL;

  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

/**
 * mainstay_address_is_allowed:
 * @uri: an absolute address
 *
 * Returns: whether bytes may go there: over TLS, or over plain HTTP to this very machine
 */
gboolean
mainstay_address_is_allowed (GUri *uri)
{
  const char *host = g_uri_get_host (uri);

  if (host == NULL || *host == '\0')
    return FALSE;
  if (g_strcmp0 (g_uri_get_scheme (uri), "https") == 0)
    return TRUE;
  return g_strcmp0 (g_uri_get_scheme (uri), "http") == 0 && is_loopback (host);
}

/**
 * mainstay_address_same_origin:
 * @a: an absolute address
 * @b: another
 *
 * Returns: whether scheme, host and port are the same
 */
gboolean
mainstay_address_same_origin (GUri *a,
                              GUri *b)
{
  return g_strcmp0 (g_uri_get_scheme (a), g_uri_get_scheme (b)) == 0 &&
         g_uri_get_host (a) != NULL && g_uri_get_host (b) != NULL &&
         g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0 &&
         effective_port (a) == effective_port (b);
}

static gboolean
is_host (const char *host)
{
  if (host == NULL || *host == '\0')
    return FALSE;
  for (const char *c = host; *c != '\0'; c++)
    if (g_ascii_isspace (*c) || g_ascii_iscntrl (*c) || strchr ("\"<>\\^`{|}", *c) != NULL)
      return FALSE;
  return TRUE;
}

static GUri *
parse (const char  *text,
       GError     **error)
{
  g_autofree char *whole = NULL;
  g_autoptr(GUri) uri = NULL;

  whole = strstr (text, "://") != NULL ? g_strdup (text) : g_strconcat ("https://", text, NULL);
  uri = g_uri_parse (whole, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL || !is_host (g_uri_get_host (uri)))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE,
                           "This is not the address of a portal");
      return NULL;
    }
  if (g_uri_get_userinfo (uri) != NULL)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE,
                           "A portal's address holds no user name and no password");
      return NULL;
    }
  if (!mainstay_address_is_allowed (uri))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_INSECURE,
                           "Only https is safe for another machine");
      return NULL;
    }
  return g_steal_pointer (&uri);
}

/**
 * mainstay_address_normalize:
 * @text: what a person typed; https where it names no scheme
 * @error: where to put %MAINSTAY_ERROR_INSECURE
 *
 * Returns: (transfer full) (nullable): the address, always the same for the same place: no slash at
 *   the end, no default port, no query
 */
char *
mainstay_address_normalize (const char  *text,
                            GError     **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *host = NULL;
  g_autofree char *path = NULL;
  g_autoptr(GUri) uri = parse (stripped, error);
  g_autoptr(GUri) plain = NULL;
  size_t length;
  int port;

  if (uri == NULL)
    return NULL;
  host = g_ascii_strdown (g_uri_get_host (uri), -1);
  path = g_strdup (g_uri_get_path (uri));
  for (length = strlen (path); length > 0 && path[length - 1] == '/'; length--)
    path[length - 1] = '\0';
  port = effective_port (uri);
  if (port == (g_str_equal (g_uri_get_scheme (uri), "https") ? 443 : 80))
    port = -1;
  plain = g_uri_build (G_URI_FLAGS_ENCODED_PATH, g_uri_get_scheme (uri), NULL, host, port, path,
                       NULL, NULL);
  return g_uri_to_string (plain);
}
