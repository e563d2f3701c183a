/**
 * What all pages of the console are made of: their frame, who looks at them, how they write numbers and times, questions before
 * something is done, files to download. Pages themselves are beside it, a package for each part of the console.
 */
@NullMarked
package io.muster.web.console.page;

import org.jspecify.annotations.NullMarked;
