const EARTH_RADIUS_KM = 6_371.0088;
const RADIANS = Math.PI / 180;

/** Great-circle distance in kilometres between two points in degrees (haversine, mean earth radius of the IUGG). */
export function distanceKm(from: { latitude: number; longitude: number }, to: { latitude: number; longitude: number }): number {
  const latitude = Math.sin(((to.latitude - from.latitude) * RADIANS) / 2);
  const longitude = Math.sin(((to.longitude - from.longitude) * RADIANS) / 2);
  const h = latitude * latitude + Math.cos(from.latitude * RADIANS) * Math.cos(to.latitude * RADIANS) * longitude * longitude;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}
