/**
 * When jobs run: cron expressions read as local times, with the answer of {@link io.muster.automation.schedule.Schedule}
 * to clock changes, missed runs and poll intervals. It depends on nothing but the JDK.
 */
@NullMarked
package io.muster.automation.schedule;

import org.jspecify.annotations.NullMarked;
