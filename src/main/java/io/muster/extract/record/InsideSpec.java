package io.muster.extract.record;

/** Records that this installation has itself. */
public sealed interface InsideSpec extends RecordSpec permits DirectoryRecords, EligibilityRecords {}
