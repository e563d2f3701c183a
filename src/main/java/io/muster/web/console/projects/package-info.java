/**
 * Pages of projects and their intercepts: drafts beside what is in force, links to directories, switches, what came of them. A
 * project is seen by those who manage the directory that it is linked to.
 */
@NullMarked
package io.muster.web.console.projects;

import org.jspecify.annotations.NullMarked;
