package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * An import as its maker begins it.
 *
 * @param directory the id of a directory
 * @param list the id of a list of it; blank for none
 * @param newList the name of a list to be made; blank for none
 * @param mode as people write it
 * @param mostRejected a number of rows, or a share; blank for no limit
 * @param corrects the run whose rejected rows it corrects; null for none
 */
public record NewImport(
        String directory,
        String list,
        String newList,
        String mode,
        String mostRejected,
        @Nullable String corrects) {}
