/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-check.h"

/**
 * mainstay_check_new:
 * @id: which line it is
 * @state: how it stands
 * @action: what can be done about it here
 * @title: (transfer full): a short sentence
 * @detail: (transfer full) (nullable): the consequence or the next step
 *
 * Returns: (transfer full): the check
 */
MainstayCheck *
mainstay_check_new (int                  id,
                    MainstayCheckState   state,
                    MainstayCheckAction  action,
                    char                *title,
                    char                *detail)
{
  MainstayCheck *self = g_new0 (MainstayCheck, 1);

  self->id = id;
  self->state = state;
  self->action = action;
  self->title = title;
  self->detail = detail;
  return self;
}

/** mainstay_check_free: Frees @self, which may be %NULL. */
void
mainstay_check_free (MainstayCheck *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->detail, g_free);
  g_clear_pointer (&self, g_free);
}

/** mainstay_checks_new: Returns: (transfer full) (element-type MainstayCheck): an empty list */
GPtrArray *
mainstay_checks_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) mainstay_check_free);
}

/**
 * mainstay_checks_find:
 * @checks: (element-type MainstayCheck): checks
 * @id: which line
 *
 * Returns: (nullable): that check, if it is among them
 */
const MainstayCheck *
mainstay_checks_find (GPtrArray *checks,
                      int        id)
{
  for (unsigned int i = 0; i < checks->len; i++)
    {
      const MainstayCheck *check = g_ptr_array_index (checks, i);

      if (check->id == id)
        return check;
    }
  return NULL;
}

/**
 * mainstay_checks_pass:
 * @checks: (element-type MainstayCheck): checks
 *
 * Returns: whether the work may begin: nothing is blocked and nothing is still awaited
 */
gboolean
mainstay_checks_pass (GPtrArray *checks)
{
  for (unsigned int i = 0; i < checks->len; i++)
    {
      const MainstayCheck *check = g_ptr_array_index (checks, i);

      if (check->state >= MAINSTAY_CHECK_WAITING)
        return FALSE;
    }
  return TRUE;
}

/**
 * mainstay_check_name_typed:
 * @name: the environment's name
 * @typed: (nullable): what the person typed
 *
 * Exactly means exactly: the same letters in the same case, and no spaces around them.
 *
 * Returns: whether the name was typed
 */
gboolean
mainstay_check_name_typed (const char *name,
                           const char *typed)
{
  return name != NULL && *name != '\0' && g_strcmp0 (name, typed) == 0;
}
