package io.muster.app;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * A directory with how much it holds.
 *
 * @param contacts contacts in it
 * @param lists mailing lists in it
 * @param embeddedNames the names of embedded data that its contacts have, or had
 */
public record DirectoryDetails(
        @JsonUnwrapped DirectoryView directory, long contacts, int lists, List<String> embeddedNames) {}
