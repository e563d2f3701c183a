/**
 * The server role: fires schedules and alarms of all job files, once among all servers of a database, and does the duties
 * that come round. {@link io.muster.automation.server.AutomationServer} is the way in.
 */
@NullMarked
package io.muster.automation.server;

import org.jspecify.annotations.NullMarked;
