/** Dashboards: what became of imports and segments over time, as charts that the server draws, each with its table. */
@NullMarked
package io.muster.web.console.dashboards;

import org.jspecify.annotations.NullMarked;
