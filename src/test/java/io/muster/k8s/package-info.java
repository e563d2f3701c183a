/**
 * The manifests and the image, checked without a cluster: fields and types by the models of Kubernetes, names by what they
 * refer to, settings by what the code reads. Nothing of Muster depends on it.
 */
@NullMarked
package io.muster.k8s;

import org.jspecify.annotations.NullMarked;
