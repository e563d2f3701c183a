/**
 * What all calls of the server have in common: who calls, what its token must allow, how large a body may be, and how often a
 * caller may come. Controllers of every form of answer use it.
 */
@NullMarked
package io.muster.web.call;

import org.jspecify.annotations.NullMarked;
