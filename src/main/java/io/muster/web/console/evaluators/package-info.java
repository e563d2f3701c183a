/** Pages of evaluators and of the snapshots that they decide from: what is served where, and which version is in use. */
@NullMarked
package io.muster.web.console.evaluators;

import org.jspecify.annotations.NullMarked;
