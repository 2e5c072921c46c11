/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-width-bin.h"

struct _MainstayWidthBin
{
  GtkWidget parent_instance;

  GtkWidget *child;
  int width; /* pixels */
};

typedef enum { PROP_CHILD = 1, PROP_WIDTH } MainstayWidthBinProperty;

static GParamSpec *properties[PROP_WIDTH + 1];

G_DEFINE_FINAL_TYPE (MainstayWidthBin, mainstay_width_bin, GTK_TYPE_WIDGET)

static void
mainstay_width_bin_measure (GtkWidget      *widget,
                            GtkOrientation  orientation,
                            int             for_size,
                            int            *minimum,
                            int            *natural,
                            int            *minimum_baseline,
                            int            *natural_baseline)
{
  MainstayWidthBin *self = MAINSTAY_WIDTH_BIN (widget);

  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
}

static void
mainstay_width_bin_size_allocate (GtkWidget *widget,
                                  int        width,
                                  int        height,
                                  int        baseline)
{
  MainstayWidthBin *self = MAINSTAY_WIDTH_BIN (widget);

  if (self->width != width)
    {
      self->width = width;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDTH]);
    }
  if (self->child == NULL)
    return;
  /* GTK wants it asked before, and it may have become another one just now. */
  gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_allocate (self->child, width, height, baseline, NULL);
}

static void
set_child (MainstayWidthBin *self,
           GtkWidget        *child)
{
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
}

static void
mainstay_width_bin_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  MainstayWidthBin *self = MAINSTAY_WIDTH_BIN (object);

  switch ((MainstayWidthBinProperty) prop_id)
    {
    case PROP_CHILD:
      g_value_set_object (value, self->child);
      break;
    case PROP_WIDTH:
      g_value_set_int (value, self->width);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_width_bin_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  MainstayWidthBin *self = MAINSTAY_WIDTH_BIN (object);

  switch ((MainstayWidthBinProperty) prop_id)
    {
    case PROP_CHILD:
      set_child (self, g_value_get_object (value));
      break;
    case PROP_WIDTH:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mainstay_width_bin_dispose (GObject *object)
{
  g_clear_pointer (&MAINSTAY_WIDTH_BIN (object)->child, gtk_widget_unparent);

  G_OBJECT_CLASS (mainstay_width_bin_parent_class)->dispose (object);
}

static void
mainstay_width_bin_class_init (MainstayWidthBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mainstay_width_bin_dispose;
  object_class->get_property = mainstay_width_bin_get_property;
  object_class->set_property = mainstay_width_bin_set_property;
  widget_class->measure = mainstay_width_bin_measure;
  widget_class->size_allocate = mainstay_width_bin_size_allocate;

  properties[PROP_CHILD] =
    g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_WIDTH] =
    g_param_spec_int ("width", NULL, NULL, 0, G_MAXINT, 0,
                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mainstay_width_bin_init (MainstayWidthBin *self)
{
}

/** mainstay_width_bin_get_width: Returns: pixels, 0 before there are any */
int
mainstay_width_bin_get_width (MainstayWidthBin *self)
{
  g_return_val_if_fail (MAINSTAY_IS_WIDTH_BIN (self), 0);

  return self->width;
}
