/**
 * Job files: read, checked and described. {@link io.muster.automation.jobfile.JobFiles} is the way in; a
 * {@link io.muster.automation.jobfile.JobFile} that it returns has passed every check that needs no database.
 */
@NullMarked
package io.muster.automation.jobfile;

import org.jspecify.annotations.NullMarked;
