"""Where Chromium is, if it is."""

import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LEFT_OUT = "the page's tests were left out: there is no Chromium here (apt-get install chromium)"
