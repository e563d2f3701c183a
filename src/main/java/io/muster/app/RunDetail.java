package io.muster.app;

import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.RunMark;
import io.muster.jobs.RunNumbers.Numbers;
import io.muster.jobs.contactimport.ImportLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of an import beside what is shown of every run.
 *
 * @param delivery the file as it was delivered
 * @param limits those that it was started with
 * @param readBefore how many rows the last completed import of its automation had; null where no limit compares it
 * @param marks the last runs of its automation, newest first; empty for one without
 * @param heldBack names of newer files that wait for it
 */
public record RunDetail(
        @Nullable Delivery delivery,
        Numbers numbers,
        ImportLimits limits,
        @Nullable Long readBefore,
        List<RunMark> marks,
        List<String> heldBack) {}
