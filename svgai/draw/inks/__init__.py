"""The picture in fewer colours, or in given ones, before it is drawn."""
