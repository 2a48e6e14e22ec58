"""The looks: themes, colours and icons. The ground of the renderer."""
