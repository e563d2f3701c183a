/**
 * What the database knows of the whole installation in numbers, the same from every server.
 * {@link io.muster.automation.figures.FigureReader} is its entry point.
 */
@NullMarked
package io.muster.automation.figures;

import org.jspecify.annotations.NullMarked;
