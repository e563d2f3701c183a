package io.muster.directory.store;

import io.muster.directory.StoredContact;
import java.util.List;

/**
 * One contact on its way out.
 *
 * @param lists ids of the lists it is on
 * @param aliases references it took over by merges
 */
record ExportRow(String id, StoredContact contact, List<String> lists, List<String> aliases) {}
