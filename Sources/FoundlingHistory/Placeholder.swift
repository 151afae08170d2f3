/// What scans found, kept for whoever asks later.
package enum Placeholder {}
